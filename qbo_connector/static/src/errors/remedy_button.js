import {Component} from "@odoo/owl";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

/** The next step of an error as a button that is called by what it does. */
export class RemedyButton extends Component {
    static template = "qbo_connector.RemedyButton";
    static props = {...standardFieldProps, method: String};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
    }

    get label() {
        const {name, record} = this.props;
        const {selection} = record.fields[name];
        const value = record.data[name];
        return selection ? selection.find(([key]) => key === value)?.[1] : value;
    }

    async press() {
        const {method, record} = this.props;
        const action = await this.orm.call(record.resModel, method, [[record.resId]]);
        if (action) {
            await this.action.doAction(action, {onClose: () => record.model.load()});
        }
    }
}

registry.category("fields").add("qbo_remedy_button", {
    component: RemedyButton,
    supportedTypes: ["char", "selection"],
    extractProps: ({options}) => ({method: options.method}),
});
