import {onWillUnmount, status, toRaw, useState} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {BadgeField, badgeField} from "@web/views/fields/badge/badge_field";

const CHANGED = "qbo_connector/changed";
const SENDING = "qbo_connector/sending";
/** Milliseconds in which rows that change are gathered, to be read in one go. */
const PAUSE = 100;
/** {model of a view: its rows that have changed and are still to be read} */
const CHANGED_ROWS = new WeakMap();

/**
 * The QuickBooks status of a document; hovering shows QuickBooks' own message. While a
 * job talks to QuickBooks the badge says *In progress*. For lists that read all their
 * rows again, in one go, when something has changed.
 */
export class QboListBadge extends BadgeField {
    static template = "qbo_connector.StatusBadge";
    static props = {
        ...BadgeField.props,
        messageField: {type: String, optional: true},
    };

    setup() {
        super.setup();
        this.progress = useState({sending: false});
        this.listen(SENDING, () => {
            this.progress.sending = true;
        });
        this.listen(CHANGED, () => {
            this.progress.sending = false;
            this.onChanged();
        });
    }

    /** Until the badge is gone, act on messages that are about its record. */
    listen(channel, act) {
        const bus = useService("bus_service");
        const onMessage = ({model, ids}) => {
            const {record} = this.props;
            if (model === record.resModel && ids.includes(record.resId)) {
                act();
            }
        };
        bus.subscribe(channel, onMessage);
        bus.start();
        onWillUnmount(() => bus.unsubscribe(channel, onMessage));
    }

    onChanged() {
        // The list does what there is to do.
    }

    get formattedValue() {
        return this.progress.sending ? _t("In progress") : super.formattedValue;
    }

    /** The view names the message, too: who may not see it gets the view without. */
    get message() {
        return this.props.record.data[this.props.messageField] || false;
    }
}

/** The same where nobody else reads the record again: no reload of the page. */
export class QboStatusBadge extends QboListBadge {
    setup() {
        super.setup();
        this.orm = useService("orm");
    }

    /** The first of the rows that change reads them all. */
    onChanged() {
        const {record} = this.props;
        const model = toRaw(record.model);
        const rows = CHANGED_ROWS.get(model);
        if (rows) {
            rows.add(record);
            return;
        }
        CHANGED_ROWS.set(model, new Set([record]));
        setTimeout(() => this.refresh(model), PAUSE);
    }

    /**
     * Read the records again. Where somebody is editing one, only its QuickBooks fields,
     * which nobody can edit: reading all would drop what was typed.
     */
    async refresh(model) {
        const changed = CHANGED_ROWS.get(model);
        CHANGED_ROWS.delete(model);
        try {
            const untouched = [];
            for (const record of changed) {
                if (await record.isDirty()) {
                    await this.readQuickBooksFields(record);
                } else {
                    untouched.push(record);
                }
            }
            await this.readRecords(untouched);
        } catch (error) {
            // Reads end with an error when the page was left meanwhile; nobody minds.
            if (status(this) !== "destroyed") {
                throw error;
            }
        }
    }

    async readRecords(records) {
        const [first] = records;
        if (!first) {
            return;
        }
        if (toRaw(first) === toRaw(first.model.root)) {
            await first.load(); // a form has no other
            return;
        }
        const resIds = [...new Set(records.map((record) => record.resId))];
        const config = {...first.config, resId: false, resIds};
        const values = await first.model._loadRecords(config);
        const byId = Object.fromEntries(values.map((row) => [row.id, row]));
        for (const record of records) {
            if (byId[record.resId] && !record.dirty) {
                record._setData(byId[record.resId]);
            }
        }
    }

    async readQuickBooksFields(record) {
        const names = record.fieldNames.filter((name) => name.startsWith("qbo_"));
        const [values] = await this.orm.webRead(record.resModel, [record.resId], {
            context: record.context,
            specification: Object.fromEntries(names.map((name) => [name, {}])),
        });
        record._applyValues(values);
    }
}

function registerBadge(name, component) {
    registry.category("fields").add(name, {
        ...badgeField,
        component,
        extractProps: (fieldInfo, dynamicInfo) => ({
            ...badgeField.extractProps(fieldInfo, dynamicInfo),
            messageField: fieldInfo.options.message_field,
        }),
    });
}

registerBadge("qbo_list_badge", QboListBadge);
registerBadge("qbo_status_badge", QboStatusBadge);
