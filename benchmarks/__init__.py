"""What is measured, and the floors that it is measured against."""
