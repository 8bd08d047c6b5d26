import {registry} from "@web/core/registry";
import {RUN_JOBS} from "./qbo_tours";

const tours = registry.category("web_tour.tours");
const CAUSE = ".o_data_row:contains(The books are closed in QuickBooks)";

tours.add("qbo_errors", {
    steps: () => [
        {trigger: `${CAUSE} [name=document_count]:contains(3)`},
        {trigger: `${CAUSE} [name=remedy_label] button:contains(Open in QuickBooks)`},
        {trigger: `${CAUSE} [name=name]`, run: "click"},
        {trigger: ".o_data_row [name=qbo_state] .text-bg-danger"},
        {trigger: ".breadcrumb-item a:contains(Errors)", run: "click"},
        {trigger: `${CAUSE} button[name=action_retry_one]`, run: "click"},
        {trigger: ".o_notification:contains(is tried first)"},
        {trigger: `${CAUSE} [name=trial_state]:contains(Being tried)`},
        RUN_JOBS,
        {trigger: ".o_view_nocontent_smiling_face:contains(No errors)"},
    ],
});

tours.add("qbo_diagnostics", {
    steps: () => [
        {trigger: `${CAUSE} button[name=action_copy_diagnostics]`, run: "click"},
        {trigger: ".modal [name=text]:contains(closed_books):contains(intuit_tid)"},
        {trigger: ".modal footer button:contains(Copy)"},
        {trigger: ".modal footer button:contains(Close)", run: "click"},
        {trigger: "body:not(:has(.modal))"},
    ],
});

tours.add("qbo_history_import", {
    steps: () => [
        {
            trigger: ".o_statusbar_buttons button[name=action_import_history]",
            run: "click",
        },
        {trigger: ".modal .alert-warning:contains(11/01/2026)"},
        {trigger: ".modal button[name=action_count]", run: "click"},
        {trigger: ".modal .o_data_row:contains(Invoice) [name=count]:contains(4)"},
        {trigger: ".modal button[name=action_import]", run: "click"},
        {trigger: ".o_list_view .o_data_row:contains(Historical import):contains(Running)"},
        RUN_JOBS,
        {
            trigger:
                ".o_list_view .o_data_row:contains(Historical import) .text-bg-success:contains(Done)",
        },
    ],
});
