import {Component} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {useService} from "@web/core/utils/hooks";
import {SCREENS} from "./search_model";

/** Below the list: what QuickBooks says of the chosen row, and what can be done. */
export class ReasonPanel extends Component {
    static template = "qbo_connector.ReasonPanel";
    static props = {record: Object, send: Function, close: Function};

    setup() {
        this.action = useService("action");
        this.screen = SCREENS[this.props.record.resModel];
    }

    get data() {
        return this.props.record.data;
    }

    get isImport() {
        return this.props.record.resModel === "qbo.object";
    }

    get title() {
        const {name, customer, partner_id} = this.data;
        return [name, customer || partner_id?.display_name].filter(Boolean).join(", ");
    }

    get message() {
        return this.data[this.screen.message];
    }

    get inTrouble() {
        return this.screen.trouble.includes(this.data[this.screen.state]);
    }

    get canSend() {
        const state = this.data[this.screen.state];
        const settled = [this.screen.busy, "hidden", ...this.screen.synced];
        return !settled.includes(state);
    }

    get sendLabel() {
        if (!this.isImport) {
            return _t("Export back to QuickBooks");
        }
        return this.inTrouble ? _t("Retry") : _t("Import");
    }

    get hasDocument() {
        return !this.isImport || Boolean(this.data.res_id);
    }

    async openDocument() {
        const {record} = this.props;
        if (this.isImport) {
            return this.action.doActionButton({
                type: "object",
                name: "action_open_record",
                resModel: record.resModel,
                resId: record.resId,
                resIds: [record.resId],
            });
        }
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: record.resModel,
            res_id: record.resId,
            views: [[false, "form"]],
        });
    }
}
