"""Countries as answers show them: ISO alpha-3, since September 2025."""

# alpha-3: (alpha-2, name). Others are answered as they came.
COUNTRIES = {
    "AUS": ("AU", "Australia"),
    "AUT": ("AT", "Austria"),
    "BEL": ("BE", "Belgium"),
    "BRA": ("BR", "Brazil"),
    "CAN": ("CA", "Canada"),
    "CHE": ("CH", "Switzerland"),
    "CHN": ("CN", "China"),
    "DEU": ("DE", "Germany"),
    "DNK": ("DK", "Denmark"),
    "ESP": ("ES", "Spain"),
    "FRA": ("FR", "France"),
    "GBR": ("GB", "United Kingdom"),
    "HKG": ("HK", "Hong Kong"),
    "IND": ("IN", "India"),
    "IRL": ("IE", "Ireland"),
    "ITA": ("IT", "Italy"),
    "JPN": ("JP", "Japan"),
    "MEX": ("MX", "Mexico"),
    "NLD": ("NL", "Netherlands"),
    "NOR": ("NO", "Norway"),
    "NZL": ("NZ", "New Zealand"),
    "POL": ("PL", "Poland"),
    "PRT": ("PT", "Portugal"),
    "SGP": ("SG", "Singapore"),
    "SWE": ("SE", "Sweden"),
    "USA": ("US", "United States"),
    "ZAF": ("ZA", "South Africa"),
}
_KNOWN = {
    spelling.casefold(): code
    for code, spellings in COUNTRIES.items()
    for spelling in (code, *spellings)
}
_KNOWN.update({"united states of america": "USA", "great britain": "GBR", "uk": "GBR"})


def alpha_3(text):
    return _KNOWN.get(text.strip().casefold(), text)
