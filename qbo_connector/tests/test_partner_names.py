from .test_export import ExportCase


class TestPartnerNames(ExportCase):
    def test_a_job_is_shown_with_the_customer_whose_it_is(self):
        job = self.sandbox.control.create(
            "Customer",
            {
                "DisplayName": "Aviary",
                "Job": True,
                "ParentRef": {"value": self.amy["Id"]},
            },
        )
        self.sync()
        partner = self.env["qbo.object"]._find(self.backend, "Customer", job["Id"])
        partner = partner._record()
        self.assertEqual(partner.name, "Aviary")
        self.assertEqual(partner.display_name, "Amy's Bird Sanctuary, Aviary")
        partner.parent_id.name = "Amy's Birds"
        self.assertEqual(partner.display_name, "Amy's Birds, Aviary")
