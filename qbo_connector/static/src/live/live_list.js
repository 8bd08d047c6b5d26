import {onWillUnmount, status} from "@odoo/owl";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {useDebounced} from "@web/core/utils/timing";
import {ListController} from "@web/views/list/list_controller";
import {listView} from "@web/views/list/list_view";
import {LiveModel} from "./live_model";

const CHANGED = "qbo_connector/changed";
/** Milliseconds between two readings, however much changes meanwhile. */
const PAUSE = 500;

/**
 * A list that is read again when the connector says that something changed: its rows are
 * groups of documents or runs of jobs, which come and go without anybody pressing a key.
 */
export class LiveListController extends ListController {
    setup() {
        super.setup();
        const bus = useService("bus_service");
        const refresh = useDebounced(() => this.readAgain(), PAUSE);
        bus.subscribe(CHANGED, refresh);
        bus.start();
        onWillUnmount(() => bus.unsubscribe(CHANGED, refresh));
    }

    async readAgain() {
        try {
            await this.model.reload();
        } catch (error) {
            // Reads end with an error when the page was left meanwhile; nobody minds.
            if (status(this) !== "destroyed") {
                throw error;
            }
        }
    }
}

registry.category("views").add("qbo_live_list", {
    ...listView,
    Controller: LiveListController,
    Model: LiveModel,
});
