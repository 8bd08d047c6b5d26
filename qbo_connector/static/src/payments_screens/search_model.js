import {Domain} from "@web/core/domain";
import {SearchModel} from "@web/search/search_model";

/** Documents that wait for open books, a quiet hour or a new sign-in, and say so. */
const WAITING = [
    ["qbo_state", "=", "pending"],
    ["qbo_message", "!=", false],
];

/** What the two screens call things, by the model that they list. */
export const SCREENS = {
    "qbo.object": {
        date: "txn_date",
        state: "state",
        message: "message",
        busy: "chosen",
        trouble: ["error", "waiting"],
        synced: ["linked", "ignored"],
        send: "action_import_payments",
    },
    "account.payment": {
        date: "date",
        state: "qbo_state",
        message: "qbo_message",
        busy: "pending",
        waiting: WAITING,
        trouble: ["error", "differs"],
        synced: ["synced"],
        canHide: true,
        send: "qbo_export_chosen",
    },
    "account.move": {
        date: "invoice_date",
        state: "qbo_state",
        message: "qbo_message",
        busy: "pending",
        waiting: WAITING,
        trouble: ["error", "differs"],
        synced: ["synced"],
        canHide: true,
        send: "qbo_export_chosen",
    },
};

/** Days, *Hide Synchronized* and *Show Hidden*, besides what people search for. */
export class PaymentsSearchModel extends SearchModel {
    setup() {
        super.setup(...arguments);
        this.options = {
            from: false,
            to: false,
            hideSynced: true,
            showHidden: false,
            autoApply: true,
        };
    }

    async load(config) {
        Object.assign(this.options, config.context?.qbo_options);
        await super.load(config);
    }

    setOption(name, value) {
        this.options = {...this.options, [name]: value};
        this._notify();
    }

    /** Keep an option that does not change which rows there are. */
    keepOption(name, value) {
        this.options = {...this.options, [name]: value};
    }

    get optionsDomain() {
        const {date, state, synced, canHide} = SCREENS[this.resModel];
        const {from, to, hideSynced, showHidden} = this.options;
        const domain = [];
        if (from) {
            domain.push([date, ">=", from]);
        }
        if (to) {
            domain.push([date, "<=", to]);
        }
        if (hideSynced) {
            domain.push([state, "not in", synced]);
        }
        if (canHide && !showHidden) {
            domain.push([state, "!=", "hidden"]);
        }
        return domain;
    }

    _getDomain(params = {}) {
        const searched = super._getDomain({...params, raw: true});
        const domain = Domain.and([searched, this.optionsDomain]);
        return params.raw ? domain : domain.toList(this.domainEvalContext);
    }

    exportState() {
        return {...super.exportState(), qboOptions: this.options};
    }

    _importState(state) {
        super._importState(state);
        this.options = {...this.options, ...state.qboOptions};
    }
}
