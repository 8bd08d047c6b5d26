import {Component, onWillStart, useEffect, useRef} from "@odoo/owl";
import {loadBundle} from "@web/core/assets";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

/**
 * Bars of figures by day, one above the other, with a line on an axis of its own: see
 * `qbo_backend_charts.py` for what the field has to hold.
 */
export class QboChart extends Component {
    static template = "qbo_connector.Chart";
    static props = standardFieldProps;

    setup() {
        this.canvas = useRef("canvas");
        onWillStart(() => loadBundle("web.chartjs_lib"));
        useEffect(
            () => {
                const chart = new window.Chart(this.canvas.el, this.config());
                return () => chart.destroy();
            },
            () => [JSON.stringify(this.value)]
        );
    }

    get value() {
        return this.props.record.data[this.props.name];
    }

    get title() {
        return this.props.record.fields[this.props.name].string;
    }

    /** The theme's own colours, so that the chart is legible in the dark, too. */
    colour(name) {
        const style = getComputedStyle(this.canvas.el);
        return style.getPropertyValue(`--${name}`) || style.color;
    }

    config() {
        const datasets = this.value.series.map(({label, colour, line, data}) => ({
            label,
            data,
            type: line ? "line" : "bar",
            yAxisID: line ? "line" : "bars",
            stack: line ? "line" : "bars",
            order: line ? 0 : 1,
            backgroundColor: this.colour(colour),
            borderColor: this.colour(colour),
            borderWidth: line ? 2 : 0,
            pointRadius: line ? 1 : 0,
        }));
        const axis = {
            beginAtZero: true,
            ticks: {precision: 0, maxTicksLimit: 4, color: this.colour("body-color")},
        };
        const scales = {
            x: {
                stacked: true,
                grid: {display: false},
                ticks: {maxTicksLimit: 6, maxRotation: 0, color: axis.ticks.color},
            },
            bars: {...axis, stacked: true},
        };
        if (this.value.series.some(({line}) => line)) {
            scales.line = {...axis, position: "right", grid: {display: false}};
        }
        return {
            data: {labels: this.value.labels, datasets},
            options: {
                animation: false,
                maintainAspectRatio: false,
                interaction: {mode: "index", intersect: false},
                plugins: {
                    legend: {
                        align: "start",
                        labels: {boxWidth: 10, color: axis.ticks.color},
                    },
                },
                scales,
            },
        };
    }
}

registry.category("fields").add("qbo_chart", {
    component: QboChart,
    supportedTypes: ["json"],
});
