import {registry} from "@web/core/registry";
import {BadgeField} from "@web/views/fields/badge/badge_field";
import {qboStatusBadge} from "../status_badge/status_badge";

/** The status badge where the list itself reads all its rows again, in one go. */
export class QboListBadge extends BadgeField {
    static template = "qbo_connector.StatusBadge";
    static props = {
        ...BadgeField.props,
        messageField: {type: String, optional: true},
    };

    get message() {
        return this.props.record.data[this.props.messageField] || false;
    }
}

registry.category("fields").add("qbo_list_badge", {
    ...qboStatusBadge,
    component: QboListBadge,
});
