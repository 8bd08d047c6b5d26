import {Deferred} from "@web/core/utils/concurrency";
import {listView} from "@web/views/list/list_view";

/**
 * Rows that can be read again at any time. Of two loads at once Odoo forgets the first:
 * a dialog that closes, or a search, would wait for it for ever. So a load that nobody
 * asked for begins when no other one is under way.
 */
export class LiveModel extends listView.Model {
    setup() {
        super.setup(...arguments);
        this.loads = 0;
        this.loading = 0; // Number of the load under way
        this.free = null;
    }

    async load() {
        const mine = ++this.loads;
        this.loading = mine;
        try {
            await super.load(...arguments);
        } finally {
            if (this.loading === mine) {
                this.loading = 0;
                this.free?.resolve();
                this.free = null;
            }
        }
    }

    /** Load once more, after the load that is under way. */
    async reload() {
        while (this.loading) {
            this.free ||= new Deferred();
            await this.free;
        }
        await this.load();
    }
}
