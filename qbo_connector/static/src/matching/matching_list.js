import {onWillUnmount, useState} from "@odoo/owl";
import {registry} from "@web/core/registry";
import {useBus, useService} from "@web/core/utils/hooks";
import {ListController} from "@web/views/list/list_controller";
import {listView} from "@web/views/list/list_view";
import {LiveModel} from "../live/live_model";

const CHANGED = "qbo_connector/changed";

/**
 * The matching screens: a line above the list says how many rows have which status and
 * how many wait for a decision. It and the list are read again when a comparison ends.
 */
export class MatchingListController extends ListController {
    static template = "qbo_connector.MatchingList";

    setup() {
        super.setup();
        this.orm = useService("orm");
        this.counts = useState({rows: [], undecided: 0, total: 0});
        useBus(this.model.bus, "update", () => this.countRows());
        const bus = useService("bus_service");
        const onChanged = async ({model}) => {
            if (model === "qbo.run" && !this.model.root.editedRecord) {
                await this.model.reload();
            }
        };
        bus.subscribe(CHANGED, onChanged);
        bus.start();
        onWillUnmount(() => bus.unsubscribe(CHANGED, onChanged));
        this.countRows();
    }

    /** Counts are of the whole screen, whatever the search shows of it. */
    async countRows() {
        const domain = this.env.searchModel.globalDomain;
        const rows = await this.orm.call("qbo.object", "match_counts", [domain]);
        Object.assign(this.counts, {
            rows: rows.filter(([, , count]) => count),
            total: rows.reduce((sum, row) => sum + row[2], 0),
            undecided: rows.reduce((sum, row) => sum + row[3], 0),
        });
    }
}

registry.category("views").add("qbo_matching_list", {
    ...listView,
    Controller: MatchingListController,
    Model: LiveModel,
});
