"""The firm of the sandbox's demo company, as somebody once typed it into Odoo.

Each row: the name in Odoo, the QuickBooks customer or item that it is (None: nobody's),
the status that the matching screen owes it, and other values of the record.
"""

LINKED, SUGGESTED, AMBIGUOUS = "linked", "suggested", "ambiguous"

CUSTOMERS = [
    # The same names, but for blanks and case.
    ("Alder Street Dental", "Alder Street Dental", LINKED, {}),
    ("BAYVIEW CONDOMINIUMS", "Bayview Condominiums", LINKED, {}),
    ("Blue Heron  Inn ", "Blue Heron Inn", LINKED, {}),
    ("Cedar Hill Homeowners", "Cedar Hill Homeowners", LINKED, {}),
    ("community food bank", "Community Food Bank", LINKED, {}),
    ("Dahlia's Flower Shop", "Dahlia's Flower Shop", LINKED, {}),
    ("Desert Sky Golf Club", "Desert Sky Golf Club", LINKED, {}),
    ("Elm Court\u00a0Apartments", "Elm Court Apartments", LINKED, {}),
    ("Fern Valley Clinic", "Fern Valley Clinic", LINKED, {}),
    ("Foothill Veterinary", "Foothill Veterinary", LINKED, {}),
    ("Ironwood Storage", "Ironwood Storage", LINKED, {}),
    ("Jacaranda villas", "Jacaranda Villas", LINKED, {}),
    ("Lakeside Museum", "Lakeside Museum", LINKED, {"email": "info@lakeside.example"}),
    ("Mesquite Grill", "Mesquite Grill", LINKED, {}),
    ("Norton Family", "Norton Family", LINKED, {}),
    ("Pacific Rowing Club", "Pacific Rowing Club", LINKED, {}),
    ("Palo Verde Library", "Palo Verde Library", LINKED, {}),
    ("Quail Run Ranch", "Quail Run Ranch", LINKED, {}),
    ("Tilden Park Preschool", "Tilden Park Preschool", LINKED, {}),
    # A job under its customer; one name stands under two of them.
    (
        "Courtyard garden",
        "Bayview Condominiums:Courtyard garden",
        LINKED,
        {"parent": "BAYVIEW CONDOMINIUMS"},
    ),
    (
        "Courtyard Garden",
        "Elm Court Apartments:Courtyard garden",
        LINKED,
        {"parent": "Elm Court\u00a0Apartments"},
    ),
    # Renamed: the e-mail tells, and a wholly other name makes it a guess.
    (
        "Brightwater Unified School District",
        "Brightwater School",
        LINKED,
        {"email": "Helen.Park@example.com"},
    ),
    (
        "Luis Ortega",
        "Cactus Wren Cafe",
        SUGGESTED,
        {"email": "luis.ortega@example.com"},
    ),
    # Typos, legal forms, swapped words, ampersands.
    ("Clearwater Pool's Inc.", "Clearwater Pools", SUGGESTED, {}),
    ("Realty Copper Canyon, LLC", "Copper Canyon Realty", SUGGESTED, {}),
    ("Eastside Brewng Co.", "Eastside Brewing", SUGGESTED, {}),
    ("Golden Gate Caterring", "Golden Gate Catering", SUGGESTED, {}),
    ("Harbour Lights Hôtel", "Harbor Lights Hotel", SUGGESTED, {}),
    ("Maple and Sons Builders Ltd", "Maple & Sons Builders", SUGGESTED, {}),
    ("OBrien Law Offices", "O'Brien Law Office", SUGGESTED, {}),
    ("Walnut Creek Motors Inc", "Walnut Creek Motors", SUGGESTED, {}),
    # Duplicates.
    ("Kestrel Coffee", "Kestrel Coffee", AMBIGUOUS, {"city": "Oakland"}),
    ("Kestrel coffee", "Kestrel Coffee", AMBIGUOUS, {"city": "Alameda"}),
    ("First Baptist Church, Albany", "First Baptist Church", AMBIGUOUS, {}),
    ("First Baptist Church, Pinole", "First Baptist Church", AMBIGUOUS, {}),
    # Others, an address, an archived one: none of QuickBooks' customers.
    ("Tania's Nursery", None, None, {}),
    ("Walnut Street Bakery", None, None, {}),
    ("Pacific Paper Supplies", None, None, {}),
    ("Desert Rose Florists", None, None, {}),
    ("Hilltop Nursery", None, None, {"type": "delivery"}),
    ("Saguaro Physical Therapy", None, None, {"active": False}),
]
#: In QuickBooks only, or merged into their customer in Odoo.
NO_CUSTOMER = [
    "Bayview Condominiums:Parking lot planting",
    "Desert Sky Golf Club:Clubhouse terrace",
    "Desert Sky Golf Club:Hole 7 pond",
    "Hilltop Nursery",
    "Maple & Sons Builders:Model home, lot 12",
    "Redwood Retirement Home",
    "Saguaro Physical Therapy",
]

ITEMS = [
    ("Concrete", "Concrete", LINKED, {}),
    ("design", "Design", LINKED, {}),
    ("Rock  Fountain", "Rock Fountain", LINKED, {}),
    ("Gardening", "Gardening", LINKED, {}),
    ("Installation", "Installation", LINKED, {}),
    ("Lighting", "Lighting", LINKED, {}),
    ("Pest control", "Pest Control", LINKED, {}),
    ("Pump", "Pump", LINKED, {}),
    ("Rocks", "Rocks", LINKED, {}),
    ("Soil", "Soil", LINKED, {}),
    ("Sod", "Sod", LINKED, {}),
    ("Trimming", "Trimming", LINKED, {}),
    ("Mulch", "Mulch", LINKED, {}),
    ("Tree Removal", "Tree Removal", LINKED, {}),
    ("Cleanup", "Cleanup", LINKED, {}),
    ("Repair and Maintenance", "Maintenance & Repair", SUGGESTED, {}),
    ("Drip Irigation Kit", "Drip Irrigation Kit", SUGGESTED, {}),
    ("Paver Stones", "Paver Stone", SUGGESTED, {}),
    ("Snow Clearing", "Snow Clearing", AMBIGUOUS, {}),
    ("Snow clearing", "Snow Clearing", AMBIGUOUS, {}),
    # One product for what are two in QuickBooks.
    ("Sprinkler", "Sprinkler Heads", AMBIGUOUS, {}),
    ("Wheelbarrow", None, None, {}),
    ("Garden Gnome", None, None, {}),
]
ALSO_AMBIGUOUS = ["Sprinkler Pipes"]
NO_ITEM = ["Consultation", "Hours", "Services"]


def create_partners(env, company):
    """{name: partner} of the hand-made firm."""
    made = {}
    for name, _twin, _status, values in CUSTOMERS:
        values = dict(values)
        parent = made.get(values.pop("parent", None))
        made[name] = env["res.partner"].create(
            {
                "name": name,
                "is_company": values.get("type") != "delivery",
                "parent_id": parent.id if parent else False,
                "company_id": company.id,
                **values,
            }
        )
    return made


def create_products(env, company):
    """{name: product} of the hand-made firm."""
    return {
        name: env["product.product"].create({"name": name, "company_id": company.id})
        for name, _twin, _status, _values in ITEMS
    }


def expected(table, records):
    """{QuickBooks name: (status, Odoo record that is its twin)}."""
    return {
        twin: (status, records[name]) for name, twin, status, _values in table if twin
    }
