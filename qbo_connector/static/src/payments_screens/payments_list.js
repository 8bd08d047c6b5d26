import {onMounted, onWillUnmount, status, useEffect, useState} from "@odoo/owl";
import {DateTimeInput} from "@web/core/datetime/datetime_input";
import {deserializeDate, serializeDate} from "@web/core/l10n/dates";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {useBus, useService} from "@web/core/utils/hooks";
import {useDebounced} from "@web/core/utils/timing";
import {user} from "@web/core/user";
import {ListController} from "@web/views/list/list_controller";
import {ListRenderer} from "@web/views/list/list_renderer";
import {listView} from "@web/views/list/list_view";
import {LiveModel} from "../live/live_model";
import {ReasonPanel} from "./reason_panel";
import {PaymentsSearchModel, SCREENS} from "./search_model";

const CHANGED = "qbo_connector/changed";
const EXPORT_ACTIONS = {
    "account.payment": "qbo_connector.action_qbo_export_payments",
    "account.move": "qbo_connector.action_qbo_export_credit_notes",
};
/** Milliseconds between two readings, and until one without word from the server. */
const PAUSE = 300;
const PATIENCE = 5000;
/** How many rows a request sends at most. */
const SLICE = 500;

/**
 * *Import Payments* and *Export Payments*: days and switches above the list, a bar that
 * shows how far the work is, and below the list the reason of the chosen row.
 */
export class PaymentsListController extends ListController {
    static template = "qbo_connector.PaymentsList";
    static components = {...ListController.components, DateTimeInput, ReasonPanel};

    setup() {
        super.setup();
        this.notification = useService("notification");
        this.screen = SCREENS[this.props.resModel];
        this.isImport = this.props.resModel === "qbo.object";
        this.work = useState({
            total: 0,
            busy: 0,
            closed: false, // the bar, until what is under way has ended
            failed: 0,
            failedBefore: 0,
            waiting: 0,
            waitingBefore: 0,
        });
        this.view = useState({
            chosenId: false,
            autoApply: this.options.autoApply,
            listing: false,
        });
        this.refresh = useDebounced(() => this.readAgain(), PAUSE);
        useBus(this.model.bus, "update", () => this.dropVanished());
        this.listen();
        onMounted(() => this.quietly(() => this.readProgress()));
    }

    get options() {
        return this.env.searchModel.options;
    }

    setOption(name, value) {
        this.env.searchModel.setOption(name, value);
    }

    setAutoApply(value) {
        this.view.autoApply = value;
        this.env.searchModel.keepOption("autoApply", value);
    }

    get bounds() {
        return [
            {name: "from", label: _t("From")},
            {name: "to", label: _t("To")},
        ];
    }

    day(name) {
        return this.options[name] && deserializeDate(this.options[name]);
    }

    setDay(name, value) {
        this.setOption(name, value && serializeDate(value));
    }

    // --- Changes on the server -------------------------------------------------------

    /** Read again when the server says so; while something runs, also without. */
    listen() {
        const bus = useService("bus_service");
        const onChanged = ({model}) => {
            if (
                model === this.props.resModel ||
                (model === "qbo.run" && this.isImport)
            ) {
                this.refresh();
            }
        };
        bus.subscribe(CHANGED, onChanged);
        bus.start();
        onWillUnmount(() => bus.unsubscribe(CHANGED, onChanged));
        useEffect(
            (running) => {
                const timer = running && setInterval(() => this.refresh(), PATIENCE);
                return () => clearInterval(timer);
            },
            () => [this.work.busy > 0 || this.view.listing?.state === "running"],
        );
    }

    readAgain() {
        return this.quietly(() => Promise.all([this.readRows(), this.readProgress()]));
    }

    /** Reads end with an error when the page was left meanwhile; nobody minds. */
    async quietly(read) {
        try {
            await read();
        } catch (error) {
            if (status(this) !== "destroyed") {
                throw error;
            }
        }
    }

    /** The page of the list, with its ticks. */
    async readRows() {
        const ticked = new Set(this.model.root.selection.map((row) => row.resId));
        await this.model.reload();
        for (const row of this.model.root.records) {
            if (ticked.has(row.resId)) {
                row.toggleSelection(true);
            }
        }
    }

    async readProgress() {
        const {state, busy, trouble} = this.screen;
        const domain = [
            ...this.env.searchModel.globalDomain,
            [state, "in", [busy, ...trouble]],
        ];
        const groups = await this.orm.formattedReadGroup(
            this.props.resModel,
            domain,
            [state],
            ["__count"],
        );
        const counts = Object.fromEntries(
            groups.map((row) => [row[state], row.__count]),
        );
        this.work.waiting = await this.countWaiting(this.env.searchModel.globalDomain);
        const left = Math.max(0, (counts[busy] || 0) - this.work.waiting);
        this.work.busy = left;
        this.work.closed &&= left > 0;
        this.work.total = this.work.closed ? 0 : Math.max(this.work.total, left);
        this.work.failed = trouble.reduce((sum, name) => sum + (counts[name] || 0), 0);
        if (this.isImport) {
            await this.readListing();
        }
    }

    /** What waits for something is on nobody's way: it says itself how it goes on. */
    async countWaiting(domain) {
        const {waiting} = this.screen;
        return waiting
            ? this.orm.searchCount(this.props.resModel, [...domain, ...waiting])
            : 0;
    }

    /** How the last *Read from QuickBooks* goes, or why it stopped. */
    async readListing() {
        const [run] = await this.orm.searchRead(
            "qbo.run",
            [
                ["trigger", "=", "listing"],
                ["company_id", "in", user.activeCompanies.map((company) => company.id)],
            ],
            ["state", "message", "read_count"],
            {limit: 1, order: "id desc"},
        );
        this.view.listing = run || false;
    }

    // --- Progress --------------------------------------------------------------------

    get done() {
        return Math.max(0, this.work.total - this.work.busy - this.newlyWaiting);
    }

    get percent() {
        return this.work.total ? Math.floor((100 * this.done) / this.work.total) : 0;
    }

    get newlyFailed() {
        return Math.max(0, this.work.failed - this.work.failedBefore);
    }

    get newlyWaiting() {
        return Math.max(0, this.work.waiting - this.work.waitingBefore);
    }

    get progressText() {
        let text = this.isImport
            ? _t("%s of %s imported", this.done, this.work.total)
            : _t("%s of %s exported", this.done, this.work.total);
        if (this.newlyFailed) {
            text = _t("%s, %s failed", text, this.newlyFailed);
        }
        return this.newlyWaiting ? _t("%s, %s waiting", text, this.newlyWaiting) : text;
    }

    closeProgress() {
        Object.assign(this.work, {total: 0, closed: true});
    }

    // --- Buttons ---------------------------------------------------------------------

    get sendLabel() {
        return this.isImport ? _t("Import Selected") : _t("Export Selected");
    }

    async sendSelected() {
        this.send(await this.model.root.getResIds(true));
    }

    /** In slices, so that no request takes long however much is selected. */
    async send(ids) {
        const before = await this.countOthers(ids);
        const total = this.work.busy + ids.length;
        Object.assign(this.work, before, {total, closed: false});
        this.discardSelection();
        const messages = new Set();
        for (let start = 0; start < ids.length; start += SLICE) {
            const slice = ids.slice(start, start + SLICE);
            const {count, message} = await this.sendSlice(slice);
            this.work.total -= slice.length - count;
            messages.add(message);
        }
        messages.delete(false);
        messages.forEach((message) =>
            this.notification.add(message, {type: "warning"}),
        );
        await this.readAgain();
    }

    sendSlice(ids) {
        const args = this.isImport ? [ids] : [ids, this.view.autoApply];
        return this.orm.call(this.props.resModel, this.screen.send, args);
    }

    /** What is sent again counts anew; other red or waiting rows are not of this turn. */
    async countOthers(ids) {
        await this.readProgress();
        const {state, trouble} = this.screen;
        const these = [["id", "in", ids]];
        const again = await this.orm.searchCount(this.props.resModel, [
            ...these,
            [state, "in", trouble],
        ]);
        return {
            failedBefore: this.work.failed - again,
            waitingBefore: this.work.waiting - (await this.countWaiting(these)),
        };
    }

    async readFromQuickBooks() {
        const {from, to} = this.options;
        const said = await this.orm.call("qbo.object", "action_read_payments", [
            from,
            to,
        ]);
        this.notification.add(said, {type: "info"});
        await this.readProgress();
    }

    /** Payments or credit notes: two models, one screen. */
    changeSource(resModel) {
        return this.actionService.doAction(EXPORT_ACTIONS[resModel], {
            stackPosition: "replaceCurrentAction",
            additionalContext: {qbo_options: this.options},
        });
    }

    // --- The chosen row --------------------------------------------------------------

    /** A click chooses the row and shows its reason; the panel leads to the form. */
    openRecord(record) {
        this.view.chosenId = record.resId;
    }

    get chosen() {
        const id = this.view.chosenId;
        return id && this.model.root.records.find((row) => row.resId === id);
    }

    get hasTrouble() {
        const {state, trouble} = this.screen;
        return this.model.root.records.some((row) => trouble.includes(row.data[state]));
    }

    dropVanished() {
        if (this.model.isReady && this.view.chosenId && !this.chosen) {
            this.view.chosenId = false;
        }
    }
}

export class PaymentsListRenderer extends ListRenderer {
    static props = [...ListRenderer.props, "chosenId?"];

    getRowClass(record) {
        const {state, trouble} = SCREENS[record.resModel];
        const failed = trouble.includes(record.data[state]) ? "table-danger" : "";
        const chosen =
            record.resId === this.props.chosenId ? "o_qbo_chosen fw-bold" : "";
        return `${super.getRowClass(record)} ${failed} ${chosen}`;
    }

    /** Rows are ticked in their boxes only, so that a red one can be read meanwhile. */
    async onCellClicked(record, column, ev) {
        if (!ev.target.special_click) {
            this.props.openRecord(record);
        }
    }
}

registry.category("views").add("qbo_payments_list", {
    ...listView,
    Controller: PaymentsListController,
    Renderer: PaymentsListRenderer,
    SearchModel: PaymentsSearchModel,
    Model: LiveModel,
});
