import {onWillUnmount, useState} from "@odoo/owl";
import {registry} from "@web/core/registry";
import {useBus, useService} from "@web/core/utils/hooks";
import {ListController} from "@web/views/list/list_controller";
import {listView} from "@web/views/list/list_view";

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
            // A load before the first one has ended would take its place, and the list
            // would wait for that one for ever.
            const free = this.model.isReady && !this.model.root.editedRecord;
            if (model === "qbo.run" && free) {
                await this.model.load();
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
});
