import {onWillUnmount, status, useState} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {BadgeField, badgeField} from "@web/views/fields/badge/badge_field";

const CHANGED = "qbo_connector/changed";
const SENDING = "qbo_connector/sending";

/**
 * The QuickBooks status of a document. Hovering shows QuickBooks' own message, and the
 * record is read again when a job has changed its status: no reload of the page. While
 * a job talks to QuickBooks the badge says *In progress*.
 */
export class QboStatusBadge extends BadgeField {
    static template = "qbo_connector.StatusBadge";
    static props = {
        ...BadgeField.props,
        messageField: {type: String, optional: true},
    };

    setup() {
        super.setup();
        this.orm = useService("orm");
        const bus = useService("bus_service");
        this.progress = useState({sending: false});
        const isMine = ({model, ids}) => {
            const {record} = this.props;
            return model === record.resModel && ids.includes(record.resId);
        };
        const onChanged = (message) => {
            if (isMine(message)) {
                this.progress.sending = false;
                this.refresh(this.props.record);
            }
        };
        const onSending = (message) => {
            if (isMine(message)) {
                this.progress.sending = true;
            }
        };
        bus.subscribe(CHANGED, onChanged);
        bus.subscribe(SENDING, onSending);
        bus.start();
        onWillUnmount(() => {
            bus.unsubscribe(CHANGED, onChanged);
            bus.unsubscribe(SENDING, onSending);
        });
    }

    get formattedValue() {
        return this.progress.sending ? _t("In progress") : super.formattedValue;
    }

    get message() {
        return this.props.record.data[this.props.messageField] || false;
    }

    /**
     * Read the record again. Where somebody is editing it, only the QuickBooks fields,
     * which nobody can edit: `load` would drop what was typed.
     */
    async refresh(record) {
        try {
            if (await record.isDirty()) {
                await this.readQuickBooksFields(record);
            } else {
                await record.load();
            }
        } catch (error) {
            // Reads end with an error when the page was left meanwhile; nobody minds.
            if (status(this) !== "destroyed") {
                throw error;
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

export const qboStatusBadge = {
    ...badgeField,
    component: QboStatusBadge,
    fieldDependencies: ({options}) =>
        options.message_field ? [{name: options.message_field, type: "text"}] : [],
    extractProps: (fieldInfo, dynamicInfo) => ({
        ...badgeField.extractProps(fieldInfo, dynamicInfo),
        messageField: fieldInfo.options.message_field,
    }),
};

registry.category("fields").add("qbo_status_badge", qboStatusBadge);
