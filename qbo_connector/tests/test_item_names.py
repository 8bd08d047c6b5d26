from odoo.fields import Command

from .test_export import ExportCase


class TestItemsOfProducts(ExportCase):
    """C4: which item of QuickBooks a product of Odoo is."""

    def goods(self, name, sku=False, **values):
        return self.env["product.product"].create(
            {"name": name, "default_code": sku, "type": "service", **values}
        )

    def variants(self, *skus):
        """A product in as many colours."""
        colour = self.env["product.attribute"].create({"name": "Colour"})
        values = self.env["product.attribute.value"].create(
            [
                {"name": name, "attribute_id": colour.id}
                for name in ("Red", "Blue", "Green")[: len(skus)]
            ]
        )
        attribute = {"attribute_id": colour.id, "value_ids": [Command.set(values.ids)]}
        template = self.env["product.template"].create(
            {"name": "Shirt", "attribute_line_ids": [Command.create(attribute)]}
        )
        for variant, sku in zip(template.product_variant_ids, skus, strict=True):
            variant.default_code = sku
        return template.product_variant_ids

    def item(self, name, **fields):
        body = {"Name": name, "Type": "Service", "IncomeAccountRef": {"value": "1"}}
        return self.sandbox.control.create("Item", {**body, **fields})

    def send(self, products):
        """Sell products on one invoice; their items in QuickBooks."""
        self.move = self.invoice(
            self.invoices.partner_id,
            [
                {"product_id": p.id, "quantity": 1, "price_unit": 9.0, "tax_ids": []}
                for p in products
            ],
        )
        self.move._job_qbo_push()
        self.assertSynced(self.move)
        there = self.books.read("Invoice", self.move.qbo_id)
        details = (line.get("SalesItemLineDetail") for line in there["Line"])
        ids = [detail["ItemRef"]["value"] for detail in details if detail]
        return [self.books.read("Item", id_) for id_ in ids]

    def assertLinked(self, products, items):
        for product, item in zip(products, items, strict=True):
            row = self.env["qbo.object"]._find(self.backend, "Item", item["Id"])
            self.assertEqual(row._record(), product)

    def test_variants_are_items_of_their_own_told_apart_by_their_reference(self):
        variants = self.variants("S-RED", "S-BLUE")
        items = self.send(variants)
        self.assertEqual(
            [(item["Name"], item["Sku"]) for item in items],
            [("Shirt", "S-RED"), ("Shirt (S-BLUE)", "S-BLUE")],
        )
        self.assertLinked(variants, items)
        self.assertIn("“Shirt (S-BLUE)” in QuickBooks", self.move.qbo_message)

    def test_variants_without_a_reference_are_told_apart_by_what_is_chosen(self):
        first, second = self.variants(False, False)
        self.send(first)
        self.assertEqual(self.send(second)[0]["Name"], "Shirt (Blue)")

    def test_an_item_with_the_reference_as_sku_is_taken_whatever_its_name(self):
        there = self.item("Blue shirt", Sku="S-BLUE")
        red, blue = self.variants("S-RED", "S-BLUE")
        items = self.send(red + blue)
        self.assertEqual(items[1]["Id"], there["Id"])
        self.assertLinked(red + blue, items)

    def test_the_references_of_a_set_are_looked_up_in_one_query(self):
        products = self.env["product.product"].union(
            *(self.goods(f"Tool {n}", f"T-{n}") for n in range(5))
        )
        self.sandbox.control.clear_log()
        self.send(products)
        asked = [row for row in self.sandbox.control.log() if row["method"] == "GET"]
        self.assertEqual(len([row for row in asked if "Sku" in str(row)]), 1)

    def test_an_item_of_the_name_is_taken_if_its_sku_is_no_other(self):
        spade = self.item("Spade")
        self.item("Rake", Sku="OTHER")
        products = self.goods("Spade", "SP-1") + self.goods("Rake", "RA-1")
        items = self.send(products)
        self.assertEqual(items[0]["Id"], spade["Id"])
        self.assertEqual(items[1]["Name"], "Rake (RA-1)")

    def test_a_category_of_the_name_is_not_sold(self):
        self.sandbox.control.create("Item", {"Name": "Tools", "Type": "Category"})
        (item,) = self.send(self.goods("Tools", "TO-1"))
        self.assertEqual((item["Name"], item["Type"]), ("Tools (TO-1)", "Service"))

    def test_an_inactive_item_is_left_alone(self):
        old = self.item("Spade", Sku="SP-1")
        self.sandbox.control.update("Item", {**old, "Active": False})
        (item,) = self.send(self.goods("Spade", "SP-1"))
        self.assertNotEqual(item["Id"], old["Id"])
        self.assertFalse(self.books.read("Item", old["Id"])["Active"])

    def test_a_linked_item_stays_with_its_product(self):
        spade = self.item("Spade", Sku="SP-1")
        self.sync()
        row = self.env["qbo.object"]._find(self.backend, "Item", spade["Id"])
        known = row._record()
        (item,) = self.send(self.goods("Spade", "SP-1"))
        self.assertEqual(item["Name"], "Spade (SP-1)")
        self.assertEqual(row._record(), known)

    def test_long_names_references_and_descriptions_are_cut_and_say_so(self):
        product = self.goods("N" * 120, "S" * 120, description_sale="Planting. " * 500)
        (item,) = self.send(product)
        self.assertEqual((len(item["Name"]), len(item["Sku"])), (100, 100))
        self.assertEqual(len(item["Description"]), 4000)
        for words in (
            f"called “{'N' * 100}” in QuickBooks",
            "internal reference",
            "description of",
        ):
            self.assertIn(words, self.move.qbo_message)

    def test_an_item_whose_answer_was_lost_is_the_variants_that_it_was_made_for(self):
        red, blue = self.variants("S-RED", "S-BLUE")
        self.move = self.invoice(
            self.invoices.partner_id,
            [
                {"product_id": p.id, "quantity": 1, "price_unit": 9.0, "tax_ids": []}
                for p in red + blue
            ],
        )
        items = [
            self.item("Shirt", Sku="S-RED"),
            self.item("Shirt (S-BLUE)", Sku="S-BLUE"),
        ]
        rows = self.env["qbo.object"]._upsert(self.backend, "Item", items)
        self.backend._apply(rows)
        self.assertLinked(red + blue, items)
