import {registry} from "@web/core/registry";

const tours = registry.category("web_tour.tours");

/** Selector of something in the row of a QuickBooks name. */
function row(name, inside = "") {
    return `.o_data_row:contains(${name}) ${inside}`;
}

function status(name, kind, label) {
    return row(name, `[name=match_state] .text-bg-${kind}:contains(${label})`);
}

tours.add("qbo_match_from_nothing", {
    steps: () => [
        {trigger: ".o_view_nocontent:contains(No customers to match)"},
        {trigger: "button[name=action_match_again]", run: "click"},
        {trigger: ".o_notification:contains(Comparing)"},
    ],
});

tours.add("qbo_match_customers", {
    steps: () => [
        {trigger: ".o_qbo_match_counts:contains(22 Linked):contains(40 to decide)"},
        {
            content: "A suggestion is confirmed in its row",
            trigger: status("Eastside Brewing", "info", "Suggested"),
        },
        {trigger: row("Eastside Brewing", "[name=match_reason]:contains(Close name)")},
        {
            trigger: row("Eastside Brewing", "button[name=action_match_confirm]"),
            run: "click",
        },
        {trigger: row("Eastside Brewing", "[name=match_decision]:contains(Confirmed)")},
        {trigger: ".o_qbo_match_counts:contains(39 to decide)"},
        {
            content: "One of two candidates is chosen by hand",
            trigger: status("Kestrel Coffee", "warning", "Ambiguous"),
        },
        {trigger: row("Kestrel Coffee", "[name=match_partner_id]"), run: "click"},
        {
            trigger: ".o_selected_row [name=match_partner_id] input",
            run: "edit Kestrel",
        },
        {trigger: ".o-autocomplete--dropdown-item:contains(Kestrel)", run: "click"},
        {
            trigger: ".o_selected_row button[name=action_match_confirm]",
            run: "click",
        },
        {trigger: row("Kestrel Coffee", "[name=match_decision]:contains(Confirmed)")},
        {trigger: ".o_qbo_match_counts:contains(38 to decide)"},
        {
            content: "What has no match is created or left out",
            trigger: row("Redwood Retirement Home", "button[name=action_match_create]"),
            run: "click",
        },
        {
            trigger: row(
                "Redwood Retirement Home",
                "[name=match_decision]:contains(Create)",
            ),
        },
        {
            trigger: row("Hilltop Nursery", "button[name=action_match_ignore]"),
            run: "click",
        },
        {trigger: row("Hilltop Nursery", "[name=match_state]:contains(Ignored)")},
        {
            content: "The rest is confirmed at once",
            trigger: ".o_list_view thead .o_list_record_selector input",
            run: "click",
        },
        {trigger: ".o_control_panel button[name=action_match_confirm]", run: "click"},
        {trigger: ".o_notification:contains(30 confirmed)"},
        {trigger: ".o_qbo_match_counts:contains(6 to decide)"},
    ],
});

tours.add("qbo_match_products", {
    steps: () => [
        {
            trigger:
                ".alert:contains(Match what exists) button[name=action_match_items]",
            run: "click",
        },
        {trigger: status("Sprinkler Heads", "warning", "Ambiguous")},
        {trigger: ".o_searchview_dropdown_toggler", run: "click"},
        {trigger: ".o_filter_menu .o_menu_item:contains(Suggested)", run: "click"},
        {trigger: ".o_list_view:not(:has(.o_data_row:contains(Sprinkler)))"},
        {trigger: status("Paver Stone", "info", "Suggested")},
        {trigger: ".o_qbo_match_counts:contains(15 Linked)"},
    ],
});
