import {registry} from "@web/core/registry";
import {rpc} from "@web/core/network/rpc";
import {session} from "@web/session";

const tours = registry.category("web_tour.tours");

function call(model, method, args, kwargs = {}) {
    return rpc(`/web/dataset/call_kw/${model}/${method}`, {
        model,
        method,
        args,
        kwargs,
    });
}

/** Do the job runner's work: run what is queued, in the background of the page. */
async function runJobs() {
    for (;;) {
        const [job] = await call("queue.job", "search_read", [], {
            domain: [["state", "=", "pending"]],
            fields: ["uuid"],
            order: "priority, id",
            limit: 1,
        });
        if (!job) {
            return;
        }
        await call("queue.job", "write", [[job.id], {state: "enqueued"}]);
        await fetch(`/queue_job/runjob?db=${session.db}&job_uuid=${job.uuid}`);
    }
}

export const RUN_JOBS = {content: "The job runner works", trigger: "body", run: runJobs};
const GREEN_TOAST = {
    content: "A green confirmation appears",
    trigger: ".o_notification:has(.bg-success):contains(Exported to QuickBooks)",
};

/** Selector of the QuickBooks badge in the row of a record. */
function badge(text, kind, label) {
    return `.o_data_row:contains(${text}) [name=qbo_state] .text-bg-${kind}:contains(${label})`;
}

tours.add("qbo_connection", {
    steps: () => [
        {trigger: ".o_field_widget[name=state] .text-bg-success:contains(Connected)"},
        {trigger: ".o_field_widget[name=home_currency]:contains(USD)"},
        {trigger: ".o_statusbar_buttons button[name=action_sync]", run: "click"},
        {trigger: ".o_notification:contains(Sync started)"},
        RUN_JOBS,
        {
            trigger:
                ".o_field_widget[name=recent_run_ids] .o_data_row .text-bg-success:contains(Done)",
        },
        {trigger: ".o_cp_action_menus button:has(.fa-cog)", run: "click"},
        {trigger: ".o-dropdown-item:contains(Refresh Company)"},
        {trigger: ".o-dropdown-item:contains(Copy Diagnostics)", run: "click"},
        {trigger: ".modal .o_field_widget[name=text]"},
    ],
});

/** Press a button of the onboarding banner. */
function press(banner, action) {
    return {
        trigger: `.alert-info:contains(${banner}) button[name=${action}]`,
        run: "click",
    };
}

tours.add("qbo_onboarding", {
    steps: () => [
        press("Is this your company", "action_confirm_company"),
        {trigger: ".o_notification:contains(No document is written yet)"},
        RUN_JOBS,
        {trigger: ".o_field_widget[name=recent_run_ids] .text-bg-success:contains(Done)"},
        press("Review the mappings", "action_confirm_mapping"),
        {trigger: ".o_notification:contains(Comparing)"},
        RUN_JOBS,
        {
            trigger:
                ".o_field_widget[name=recent_run_ids] .o_data_row:contains(Match):contains(Done)",
        },
        press("Match what exists", "action_confirm_matching"),
        {
            content: "A close name needs a decision",
            trigger: ".modal:contains(Kookies by Kathy) .btn-primary",
            run: "click",
        },
        press("Match what exists", "action_match_customers"),
        {
            trigger:
                ".o_data_row:contains(Kookies by Kathy) button[name=action_match_confirm]",
            run: "click",
        },
        {
            trigger:
                ".o_data_row:contains(Kookies by Kathy) [name=match_decision]:contains(Confirmed)",
        },
        {trigger: ".o_back_button", run: "click"},
        press("Match what exists", "action_confirm_matching"),
        press("then switch on", "action_preview"),
        {trigger: ".modal .o_data_row:contains(Invoices):contains(180.00)"},
        {trigger: ".modal .o_data_row:contains(Customers)"},
        {trigger: ".modal .btn-secondary:contains(Not Yet)", run: "click"},
        {trigger: "body:not(:has(.modal))"},
        press("then switch on", "action_preview"),
        {trigger: ".modal button[name=action_switch_on]", run: "click"},
        {trigger: ".o_notification:contains(Switched on)"},
        {trigger: "body:not(:has(.modal))"},
        RUN_JOBS,
        {trigger: ".o_form_view:not(:has(.alert-info:contains(then switch on)))"},
        {trigger: ".o_statusbar_buttons button[name=action_sync].btn-primary"},
    ],
});

tours.add("qbo_health", {
    steps: () => [
        {trigger: "button[name=action_test_connection]", run: "click"},
        {trigger: ".modal .o_data_row:contains(Login) .text-bg-success:contains(Good)"},
        {
            trigger:
                ".modal .o_data_row:contains(Closed until 2026-09-30):contains(are refused)",
        },
        {trigger: ".modal button[name=action_check_again]", run: "click"},
        {trigger: ".modal .o_data_row:contains(Closed until 2026-09-30)"},
        {trigger: ".modal .btn-secondary:contains(Close)", run: "click"},
        {trigger: "body:not(:has(.modal))"},
    ],
});

tours.add("qbo_list_has_rows", {
    steps: () => [{trigger: ".o_list_view .o_data_row"}],
});

tours.add("qbo_invoice_badge", {
    steps: () => [
        {trigger: badge("Bird Sanctuary", "danger", "Error"), run: "hover"},
        {trigger: ".o-tooltip:contains(Account Period Closed)"},
    ],
});

tours.add("qbo_export_back", {
    steps: () => [
        {trigger: badge("Bird Sanctuary", "danger", "Error"), run: "hover"},
        {trigger: ".o-tooltip:contains(Account Period Closed)"},
        {
            trigger:
                ".o_data_row:contains(Bird Sanctuary) button[name=action_qbo_export]",
            run: "click",
        },
        {trigger: ".o_notification:contains(is on its way to QuickBooks)"},
        {trigger: badge("Bird Sanctuary", "info", "To sync")},
        RUN_JOBS,
        {trigger: badge("Bird Sanctuary", "success", "Succeeded")},
        GREEN_TOAST,
    ],
});

tours.add("qbo_export_selection_grouped", {
    steps: () => [
        {trigger: ".o_searchview_dropdown_toggler", run: "click"},
        {
            trigger: ".o_group_by_menu .o_menu_item:contains(QuickBooks Status)",
            run: "click",
        },
        {trigger: ".o_searchview_dropdown_toggler", run: "click"},
        {trigger: ".o_group_header:contains(Error)", run: "click"},
        {trigger: badge("Bird Sanctuary", "danger", "Error")},
        {
            trigger:
                ".o_data_row:contains(Bird Sanctuary) .o_list_record_selector input",
            run: "click",
        },
        {trigger: ".o_control_panel button[name=action_qbo_export]", run: "click"},
        {trigger: ".o_notification:contains(is on its way to QuickBooks)"},
        {trigger: ".o_group_header:contains(To sync)"},
        {trigger: ".o_group_header:contains(To sync):not(.o_group_open)", run: "click"},
        {trigger: badge("Bird Sanctuary", "info", "To sync")},
        RUN_JOBS,
        {trigger: badge("Bird Sanctuary", "success", "Succeeded")},
        GREEN_TOAST,
    ],
});

tours.add("qbo_edit_survives", {
    steps: () => [
        {trigger: ".alert-danger:contains(Account Period Closed)"},
        {trigger: ".o_field_widget[name=memo] input", run: "edit typed and not saved"},
        {
            content: "A colleague exports the same payment",
            trigger: "body",
            async run() {
                const id = Number(window.location.pathname.split("/").pop());
                await call("account.payment", "action_qbo_export", [[id]]);
                await runJobs();
            },
        },
        {
            trigger:
                ".o_field_widget[name=qbo_state] .text-bg-success:contains(Succeeded)",
        },
        {trigger: ".o_form_view:not(:has(.alert-danger))"},
        {trigger: ".o_field_widget[name=memo] input:value(typed and not saved)"},
        {trigger: ".o_form_button_save", run: "click"},
        {trigger: ".o_form_saved, .o_form_view:not(:has(.o_form_button_save:visible))"},
    ],
});

tours.add("qbo_payments_card", {
    steps: () => [
        {trigger: ".o_qbo_number:contains(QuickBooks no. CHQ 77)"},
        {trigger: ".js_payment_info", run: "click"},
        {
            trigger:
                ".account_payment_popover tr:contains(QuickBooks no.):contains(CHQ 77)",
        },
        {trigger: ".oe_stat_button[name=action_qbo_open]"},
    ],
});
