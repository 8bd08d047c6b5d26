import {registry} from "@web/core/registry";

const tours = registry.category("web_tour.tours");

const CREATE = ".o_statusbar_buttons button[name=action_open_creation]";

tours.add("qbo_mapping", {
    steps: () => [
        {trigger: "button[name=action_open_mapping]:contains(Ready to Sync)", run: "click"},
        {trigger: ".o_field_widget[name=income_account_id] input"},
        {trigger: ".o_form_view:contains(not mapped: new items cannot be sent)"},
        {trigger: ".o_field_widget[name=receivable_ids] .o_data_row:contains(A/R)"},
        {trigger: "button[name=action_measure]", run: "click"},
        {trigger: ".o_notification:contains(of the invoice value is ready)"},
        {trigger: CREATE, run: "click"},
        {
            content: "The window names what it will create",
            trigger: ".modal:contains(account “Sales of Services”)",
        },
        {trigger: ".modal button[name=action_create]", run: "click"},
        {
            content: "What cannot be created says why, the rest is done",
            trigger: ".modal .o_data_row:contains(tax agencies)",
        },
        {trigger: ".modal .o_data_row:contains(Created account)"},
        {trigger: ".modal .btn-secondary:contains(Close)", run: "click"},
        {trigger: "body:not(:has(.modal))"},
        {trigger: "button[name=action_open_terms]", run: "click"},
        {trigger: ".o_data_row:contains(Net 60) [name=term_id]:not(:empty)"},
        {trigger: ".o_back_button", run: "click"},
        {trigger: ".o_field_widget[name=income_twin_id]:contains(Sales of Services)"},
    ],
});

tours.add("qbo_health_leads_on", {
    steps: () => [
        {trigger: "button[name=action_test_connection]", run: "click"},
        {
            trigger:
                ".modal .o_data_row:contains(Journal for Imported Payments):contains(documents wait) button[name=action_open_place]",
            run: "click",
            timeout: 30000,
        },
        {trigger: ".o_field_widget[name=payment_journal_id] input"},
    ],
});

tours.add("qbo_accounts_to_map", {
    steps: () => [
        {trigger: ".o_data_row:contains(Bank Charges) .badge:contains(Not used)"},
        {trigger: ".o_data_row:contains(Pest Control) .badge:contains(To map)"},
        {trigger: ".o_searchview_dropdown_toggler", run: "click"},
        {trigger: ".o_filter_menu .o_menu_item:contains(To Map)", run: "click"},
        {trigger: ".o_list_view:not(:has(.o_data_row:contains(Bank Charges)))"},
        {trigger: ".o_data_row:contains(Pest Control)"},
    ],
});
