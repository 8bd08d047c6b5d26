"""Countries and states as QuickBooks writes them.

Since September 2025 QuickBooks answers ISO alpha-3 codes ("USA"); older objects and
people have alpha-2 codes or names. Odoo knows alpha-2 codes and names.
"""

#: The countries in which QuickBooks Online is sold, and their neighbours in trade.
ALPHA_3 = {
    "AUS": "AU", "BEL": "BE", "BRA": "BR", "CAN": "CA", "CHE": "CH", "CHN": "CN",
    "DEU": "DE", "DNK": "DK", "ESP": "ES", "FRA": "FR", "GBR": "GB", "HKG": "HK",
    "IND": "IN", "IRL": "IE", "ITA": "IT", "JPN": "JP", "MEX": "MX", "MYS": "MY",
    "NLD": "NL", "NZL": "NZ", "PHL": "PH", "SGP": "SG", "SWE": "SE", "USA": "US",
    "ZAF": "ZA",
}  # fmt: skip


class Places:
    """Country and state ids by what QuickBooks writes; read once for a set."""

    def __init__(self, env):
        self.countries = {}
        for country in env["res.country"].search_fetch([], ["code", "name"]):
            self.countries[country.code] = country.id
            self.countries[country.name.casefold()] = country.id
        self.states = {
            (state.country_id.id, key): state.id
            for state in env["res.country.state"].search_fetch(
                [], ["code", "name", "country_id"]
            )
            for key in (state.code, state.name)
        }

    def country(self, text):
        text = (text or "").strip()
        code = ALPHA_3.get(text.upper(), text.upper())
        return self.countries.get(code) or self.countries.get(text.casefold(), False)

    def state(self, country_id, text):
        return self.states.get((country_id, (text or "").strip()), False)
