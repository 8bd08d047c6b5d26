import {registry} from "@web/core/registry";
import {RUN_JOBS} from "@qbo_connector/../tests/tours/qbo_tours";

const tours = registry.category("web_tour.tours");

/** Selector of something in the row of a payment. */
function row(text, inside = "") {
    return `.o_data_row:contains(${text}) ${inside}`;
}

function badge(text, kind, label) {
    return row(text, `.text-bg-${kind}:contains(${label})`);
}

function tick(text) {
    return {trigger: row(text, ".o_list_record_selector input"), run: "click"};
}

function setDay(name, day) {
    return {
        trigger: `.o_qbo_toolbar input.o_qbo_${name}`,
        run: `edit ${day} && press Enter`,
    };
}

tours.add("qbo_import_payments", {
    steps: () => [
        {trigger: ".o_view_nocontent:contains(No payments to import)"},
        setDay("from", "09/01/2026"),
        setDay("to", "11/05/2026"),
        {trigger: ".o_qbo_read", run: "click"},
        {trigger: ".o_notification:contains(Reading QuickBooks' payments)"},
        {trigger: ".o_qbo_listing:contains(Reading from QuickBooks)"},
        RUN_JOBS,
        {
            content: "Both days are included, the day before is not",
            trigger:
                ".o_list_view:has(.o_data_row:contains(LAST DAY)):has(.o_data_row:contains(LOCKED)):not(:has(.o_data_row:contains(OUT OF RANGE)))",
        },
        {trigger: ".o_list_view:not(:has(.o_qbo_listing))"},
        {trigger: row("INVOICE", "[name=deposit_account]:contains(Undeposited Funds)")},
        {trigger: row("LAST DAY", "[name=unapplied]:contains(60.00)")},
        {trigger: ".o_qbo_send:disabled"},
        tick("LOCKED"),
        tick("INVOICE"),
        tick("LAST DAY"),
        {trigger: ".o_qbo_send:contains(Import Selected)", run: "click"},
        {trigger: ".o_qbo_progress:contains(0 of 3 imported)"},
        {trigger: badge("INVOICE", "info", "In progress")},
        RUN_JOBS,
        {trigger: ".o_qbo_progress:contains(3 of 3 imported, 1 failed)"},
        {
            content: "What is in Odoo now leaves the list",
            trigger: ".o_list_view:not(:has(.o_data_row:contains(INVOICE)))",
        },
        {trigger: ".o_qbo_hint:contains(Click a red row)"},
        {
            trigger: ".table-danger:contains(LOCKED) td[name=customer]",
            run: "click",
        },
        {trigger: ".o_qbo_reason .text-danger:contains(books are locked until)"},
        {trigger: ".o_qbo_reason a:contains(Open in QuickBooks)"},
        {trigger: ".o_qbo_send_one:contains(Retry)", run: "click"},
        {trigger: ".o_qbo_progress:contains(0 of 1 imported)"},
        RUN_JOBS,
        {trigger: ".o_qbo_progress:contains(1 of 1 imported, 1 failed)"},
        {trigger: "input[name=hideSynced]", run: "click"},
        {trigger: badge("INVOICE", "success", "Linked")},
        {trigger: row("INVOICE", "td[name=customer]"), run: "click"},
        {trigger: ".o_qbo_open_document", run: "click"},
        {trigger: ".o_form_view .o_field_widget[name=amount]:contains(80.00)"},
        {trigger: ".o_back_button", run: "click"},
        {
            content: "The days and switches are as they were",
            trigger: ".o_qbo_toolbar:has(input[name=hideSynced]:not(:checked))",
        },
        {trigger: row("NOT CHOSEN", ".badge:contains(Not imported)")},
    ],
});

tours.add("qbo_export_payments", {
    steps: () => [
        {trigger: ".o_data_row:contains(LOCKED)"},
        {
            content: "Neither what QuickBooks has nor what is hidden is shown",
            trigger:
                ".o_list_view:not(:has(.o_data_row:contains(SENT))):not(:has(.o_data_row:contains(SECRET)))",
        },
        {trigger: "input[name=showHidden]", run: "click"},
        {trigger: row("SECRET", ".badge:contains(Hidden)")},
        {trigger: row("SECRET", "[name=qbo_message]:contains(Entered by hand)")},
        {trigger: "input[name=hideSynced]", run: "click"},
        {trigger: badge("SENT", "success", "Succeeded")},
        {trigger: "input[name=hideSynced]", run: "click"},
        {trigger: "input[name=showHidden]", run: "click"},
        setDay("from", "10/01/2026"),
        setDay("to", "10/31/2026"),
        {trigger: ".o_list_view:not(:has(.o_data_row:contains(NOVEMBER)))"},
        {trigger: "input[name=autoApply]:checked"},
        {trigger: "thead .o_list_record_selector input", run: "click"},
        {trigger: ".o_qbo_send:contains(Export Selected)", run: "click"},
        {trigger: ".o_qbo_progress:contains(0 of 2 exported)"},
        {trigger: badge("LOCKED", "info", "To sync")},
        RUN_JOBS,
        {trigger: ".o_qbo_progress:contains(2 of 2 exported, 1 failed)"},
        {trigger: ".table-danger:contains(LOCKED) td[name=name]", run: "click"},
        {trigger: ".o_qbo_reason .text-danger:contains(Account Period Closed)"},
        {trigger: "input[name=autoApply]", run: "click"},
        {trigger: ".o_qbo_open_document", run: "click"},
        {trigger: ".o_form_view .o_field_widget[name=amount]"},
        {trigger: ".o_back_button", run: "click"},
        {trigger: ".o_qbo_toolbar:has(input[name=autoApply]:not(:checked))"},
        {
            content: "The days stay when the source is another",
            trigger: ".o_qbo_source",
            run: "select account.move",
        },
        {trigger: ".o_breadcrumb:contains(Export Credit Notes)"},
        {trigger: ".o_qbo_from:value(10/01/2026)"},
        {trigger: ".o_qbo_toolbar:has(input[name=autoApply]:not(:checked))"},
        {trigger: ".o_data_row:contains(RINV)"},
        {
            trigger: ".o_data_row:contains(RINV) .o_list_record_selector input",
            run: "click",
        },
        {trigger: ".o_qbo_send", run: "click"},
        {trigger: ".o_qbo_progress:contains(0 of 1 exported)"},
        RUN_JOBS,
        {trigger: ".o_qbo_progress:contains(1 of 1 exported)"},
        {trigger: ".o_view_nocontent:contains(No credit notes to export)"},
    ],
});

tours.add("qbo_export_waiting", {
    steps: () => [
        {trigger: row("WAITS", ".badge:contains(To sync)")},
        {
            content: "What waits is on nobody's way",
            trigger: ".o_list_view:not(:has(.o_qbo_progress))",
        },
        tick("WAITS"),
        {trigger: ".o_qbo_send", run: "click"},
        {trigger: ".o_qbo_progress:contains(0 of 1 exported)"},
        RUN_JOBS,
        {trigger: ".o_qbo_progress:contains(0 of 1 exported, 1 waiting)"},
        {trigger: ".o_qbo_progress .btn-close", run: "click"},
        {trigger: ".o_list_view:not(:has(.o_qbo_progress))"},
        {trigger: row("WAITS", ".badge:contains(To sync)")},
    ],
});

tours.add("qbo_export_mixed_selection", {
    steps: () => [
        tick("Credit Note"),
        tick("MIXED"),
        {trigger: ".o_cp_action_menus button:contains(Actions)", run: "click"},
        {trigger: ".o-dropdown-item:contains(Export to QuickBooks)", run: "click"},
        {
            trigger:
                ".o_notification:has(.bg-warning):contains(mixes payments with 1 other documents)",
        },
        RUN_JOBS,
        {trigger: ".o_notification:has(.bg-success):contains(Exported to QuickBooks)"},
    ],
});

tours.add("qbo_export_from_payments", {
    steps: () => [
        tick("MIXED"),
        {trigger: ".o_cp_action_menus button:contains(Actions)", run: "click"},
        {trigger: ".o-dropdown-item:contains(Export to QuickBooks)", run: "click"},
        {trigger: ".o_notification:contains(is on its way to QuickBooks)"},
        RUN_JOBS,
        {trigger: badge("MIXED", "success", "Succeeded")},
    ],
});

tours.add("qbo_export_all_payments", {
    steps: () => [
        {trigger: "thead .o_list_record_selector input", run: "click"},
        {trigger: ".o_cp_action_menus button:contains(Actions)", run: "click"},
        {trigger: ".o-dropdown-item:contains(Export to QuickBooks)", run: "click"},
        {trigger: ".o_notification:contains(4 documents are on their way)"},
        RUN_JOBS,
        {trigger: badge("10.00", "success", "Succeeded")},
        {trigger: badge("13.00", "success", "Succeeded")},
    ],
});

tours.add("qbo_document_history", {
    steps: () => [
        {trigger: ".o_notebook a[name=qbo]:contains(QuickBooks)", run: "click"},
        {
            trigger:
                "[name=qbo_history_ids] .o_data_row:contains(To QuickBooks) .text-bg-danger:contains(Error)",
        },
        {
            trigger:
                "[name=qbo_history_ids] .o_data_row:contains(Account Period Closed)",
        },
        {trigger: "[name=qbo_history_ids] .text-bg-success:contains(Succeeded)"},
        {trigger: ".oe_stat_button[name=action_qbo_open]"},
    ],
});

tours.add("qbo_open_in_quickbooks", {
    steps: () => [
        {trigger: ".oe_stat_button[name=action_qbo_open]:contains(QuickBooks)"},
        {trigger: ".o_notebook a[name=qbo]:contains(QuickBooks)", run: "click"},
        {trigger: ".o_field_widget[name=qbo_twin_name]:not(:empty)"},
    ],
});
