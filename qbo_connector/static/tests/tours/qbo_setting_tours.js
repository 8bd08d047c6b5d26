import {registry} from "@web/core/registry";

const tours = registry.category("web_tour.tours");

/** What somebody downloaded from another connection. */
const PROFILE = JSON.stringify({
    format: "qbo_connector profile",
    version: 1,
    settings: {
        customer_flow: "import",
        rounding_account_id: {code: "999999", name: "Nowhere"},
    },
    mappings: [],
    deposit_rules: [],
});

function tab(name) {
    return {trigger: `.o_notebook .nav-link:contains(${name})`, run: "click"};
}

function line(label, badge) {
    return `.modal .o_data_row:contains(${label}):has(.badge:contains(${badge}))`;
}

tours.add("qbo_schedule", {
    steps: () => [
        tab("What Flows"),
        {trigger: ".alert:contains(needs Auto-Sync)"},
        {trigger: "[name=changes_interval] input", run: "edit 2"},
        {trigger: ".o_form_button_save", run: "click"},
        {trigger: ".modal:contains(5 minutes is the shortest)"},
        {trigger: ".modal-footer .btn-primary", run: "click"},
        {trigger: "[name=changes_interval] input", run: "edit 10"},
        {trigger: "[name=auto_sync] input", run: "click"},
        {trigger: ".o_form_view:not(:has(.alert:contains(needs Auto-Sync)))"},
        {trigger: ".o_form_button_save", run: "click"},
        {trigger: ".o_form_saved"},
    ],
});

tours.add("qbo_quiet", {
    steps: () => [
        {trigger: ".alert:contains(somebody is working in QuickBooks)"},
        {trigger: ".alert button[name=action_send_now]", run: "click"},
        {trigger: ".o_notification:contains(0 documents are on their way)"},
        {trigger: ".o_form_view:not(:has(.alert:contains(somebody is working)))"},
        tab("Exports"),
        {trigger: "[name=quiet_hours] input", run: "click"},
        {trigger: "[name=quiet_from] input", run: "edit 25:00"},
        {trigger: ".o_form_button_save", run: "click"},
        {trigger: ".modal:contains(hours of a day)"},
        {trigger: ".modal-footer .btn-primary", run: "click"},
        {trigger: "[name=quiet_from] input", run: "edit 09:30"},
        {trigger: ".o_form_button_save", run: "click"},
        {trigger: ".o_form_saved"},
    ],
});

tours.add("qbo_classes", {
    steps: () => [
        tab("Classes"),
        {trigger: "[name=class_tracking]:contains(One for each line)"},
        {trigger: "button[name=action_read_dimensions]", run: "click"},
        {
            trigger:
                ".o_data_row:contains(Retail:Nursery):has(.badge:contains(Linked))",
        },
        {
            content: "What has no account in Odoo is created for the selected row",
            trigger: ".o_data_row:contains(Wholesale) .o_list_record_selector input",
            run: "click",
        },
        {
            trigger: ".o_control_panel button[name=action_create_analytic_accounts]",
            run: "click",
        },
        {trigger: ".modal-footer .btn-primary", run: "click"},
        {trigger: ".o_data_row:contains(Wholesale):has(.badge:contains(Linked))"},
    ],
});

tours.add("qbo_profile", {
    steps: () => [
        tab("Settings"),
        {trigger: "button[name=action_profile]", run: "click"},
        {trigger: ".modal [name=download]:contains(.qbo.json)"},
        {
            trigger: ".modal [name=upload] input.o_input_file:not(:visible)",
            run() {
                const files = new DataTransfer();
                files.items.add(new File([PROFILE], "ours.json"));
                this.anchor.files = files.files;
                this.anchor.dispatchEvent(new Event("change", {bubbles: true}));
            },
        },
        {trigger: ".modal [name=upload] .o_clear_file_button"},
        {trigger: ".modal button[name=action_compare]", run: "click"},
        {trigger: line("Customers", "Changes")},
        {trigger: line("Rounding Account", "Not found here")},
        {trigger: ".modal button[name=action_apply]", run: "click"},
        {trigger: ".o_notification:contains(settings and mappings taken over)"},
    ],
});

tours.add("qbo_exempt_customer", {
    steps: () => [
        tab("Sales & Purchase"),
        {trigger: "[name=qbo_tax_exempt] input:checked"},
        {trigger: "[name=qbo_resale_number] input"},
    ],
});
