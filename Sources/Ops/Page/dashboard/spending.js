// Cache, embedding service, cost, collections, counters.
import { DayBars } from './chart.js';
import { byId, element, facts, keyed, meter, setAttribute, setMeter, setText } from './dom.js';
import { clock, compact, count, dollars, percent } from './format.js';
import { now } from './server-time.js';

const ACCOUNTS_SHOWN = 5;
const CIRCUITS = { closed: 'good', half_open: 'warning', open: 'critical' };

/** A line with a name, a figure and a bar below. */
function bar(name) {
    const figure = element('span', { class: 'bar-figure' });
    const drawing = meter();
    const node = element('div', { class: 'bar' }, element('span', { class: 'bar-name' }, name), figure, drawing);
    return { node, set: (text, share, tone) => { setText(figure, text); setMeter(drawing, share, tone); } };
}

class Cache {
    constructor(frame) {
        this.embedding = bar('Texts');
        this.search = bar('Searches');
        this.facts = element('dl', { class: 'facts' });
        frame.append(this.embedding.node, this.search.node, this.facts);
    }

    update(cache) {
        for (const share of ['embedding', 'search']) {
            const { hits, misses, hit_rate_percent: rate } = cache[share];
            const text = rate === null ? 'nobody has asked' : `${percent(rate)} of ${compact(hits + misses)}`;
            this[share].set(text, (rate ?? 0) / 100, 'good');
        }
        facts(this.facts, [
            ['saved', dollars(cache.dollars_saved), 'What the texts that were not sent would have cost'],
            ['tokens', compact(cache.tokens_saved), 'Of the texts that were not sent'],
            ['hits', compact(cache.hits), 'Texts and searches that were answered without a call'],
        ]);
    }
}

class Provider {
    constructor(frame) {
        this.model = element('strong');
        this.circuit = element('span', { class: 'tag' });
        this.requests = bar('Requests left');
        this.tokens = bar('Tokens left');
        this.note = element('p', { class: 'note' });
        frame.append(element('p', { class: 'model' }, this.model, this.circuit), this.requests.node, this.tokens.node, this.note);
    }

    update({ model, dimensions, circuit, rate }) {
        setText(this.model, `${model}, ${count(dimensions)} dimensions`);
        setText(this.circuit, circuit ? `circuit ${circuit.replace('_', ' ')}` : 'unknown');
        setAttribute(this.circuit, 'data-tone', CIRCUITS[circuit] ?? 'calm');
        let limited = false;
        for (const kind of ['requests', 'tokens']) {
            const limit = rate[`${kind}_limit`];
            this[kind].node.hidden = !limit;
            limited ||= Boolean(limit);
            // A full bucket holds a tenth of what may go out in a minute; the rest flows in.
            if (limit) this[kind].set(`${compact(rate[`${kind}_left`])} at once, ${compact(limit)} a minute`, (10 * rate[`${kind}_left`]) / limit, 'calm');
        }
        const waits = rate.wait_until_ms > now();
        setText(this.note, waits ? `Calls wait until ${clock(rate.wait_until_ms)}: the service said 429.` : limited ? '' : 'No rate limit is known or configured.');
        this.note.hidden = !waits && limited;
    }
}

class Cost {
    constructor(frame) {
        this.today = element('span', { class: 'big' });
        this.of = element('span', { class: 'big-word' });
        this.budget = meter();
        this.facts = element('dl', { class: 'facts' });
        this.bars = new DayBars();
        this.caption = element('p', { class: 'note bars-note' }, element('span', {}, '30 days ago'), element('span'), element('span', {}, 'today'));
        this.accounts = element('div', { class: 'accounts' });
        this.truncated = element('p', { class: 'note' }, 'There are so many accounts that some were not looked at.');
        frame.append(element('p', { class: 'cost-figure' }, this.today, ' ', this.of), this.budget, this.facts, this.bars.node, this.caption, this.accounts, this.truncated);
    }

    update(cost) {
        const { daily_dollars: daily, spent_dollars: spent, state } = cost.budget;
        setText(this.today, dollars(spent));
        setText(this.of, daily ? `of ${dollars(daily)} today` : 'today, without a budget');
        this.budget.toggleAttribute('hidden', !daily);
        setMeter(this.budget, daily ? spent / daily : 0, state === 'exceeded' ? 'critical' : state === 'bulk_stopped' ? 'warning' : 'calm');
        const total = cost.days.reduce((sum, day) => sum + day.dollars, 0);
        facts(this.facts, [
            ['tokens', compact(cost.today.tokens), 'Today'],
            ['requests', compact(cost.today.requests), 'Today'],
            [`${cost.days.length} days`, dollars(total), 'All days together, today included'],
        ]);
        this.bars.draw(cost.days, dollars);
        setText(this.caption.children[1], `at most ${dollars(Math.max(0, ...cost.days.map((day) => day.dollars)))} a day`);
        this.truncated.hidden = !cost.truncated;
        const kinds = [['by_lane', 'By lane'], ['by_collection', 'By collection'], ['by_tenant', 'By tenant']].filter(([key]) => Object.keys(cost[key]).length > 0);
        keyed(this.accounts, kinds, ([key]) => key,
            ([, title]) => element('details', {}, element('summary', {}, title), element('table', { class: 'plain', 'aria-label': `Cost today ${title.toLowerCase()}` }, element('tbody'))),
            (node, [key]) => this.#accounts(node.querySelector('tbody'), cost[key]));
    }

    #accounts(body, accounts) {
        const dearest = Object.entries(accounts).sort(([, one], [, other]) => other.dollars - one.dollars);
        const shown = dearest.slice(0, ACCOUNTS_SHOWN).map(([key, { dollars: spent, tokens }]) => ({ key, name: key === '-' ? 'none' : key, spent, tokens }));
        if (dearest.length > shown.length) {
            const others = dearest.slice(ACCOUNTS_SHOWN).map(([, account]) => account);
            shown.push({ key: '', name: `${others.length} more`, spent: others.reduce((sum, each) => sum + each.dollars, 0), tokens: others.reduce((sum, each) => sum + each.tokens, 0) });
        }
        keyed(body, shown, ({ key }) => key,
            () => element('tr', {}, element('th', { scope: 'row', class: 'name' }), element('td', { class: 'number' }), element('td', { class: 'number' })),
            (node, { name, spent, tokens }) => [name, `${compact(tokens)} tokens`, dollars(spent)].forEach((text, index) => setText(node.children[index], text)));
    }
}

const STATUS = { green: 'good', yellow: 'warning', grey: 'calm', red: 'critical', missing: 'critical', unknown: 'warning' };

function updateCollections(collections) {
    const all = Object.entries(collections);
    byId('collections-table').hidden = all.length === 0;
    byId('collections-empty').hidden = all.length > 0;
    keyed(byId('collections'), all, ([name]) => name,
        ([name]) => element('tr', {}, element('th', { scope: 'row', class: 'name' }, name), element('td', { class: 'number' }), element('td', {}, element('span', { class: 'tag' }))),
        (node, [, { points_count: points, status, error }]) => {
            setText(node.children[1], compact(points));
            setText(node.children[2].firstChild, status);
            setAttribute(node.children[2].firstChild, 'data-tone', STATUS[status] ?? 'calm');
            setAttribute(node.children[2].firstChild, 'title', error ?? (status === 'missing' ? 'Run memoir bootstrap' : null));
        });
    for (const id of ['letter-collections', 'search-collections']) {
        keyed(byId(id), all, ([name]) => name, ([name]) => element('option', { value: name }), () => {});
    }
}

function updateCounters(counters) {
    const sorted = Object.entries(counters).sort(([one], [other]) => one.localeCompare(other));
    keyed(byId('counters'), sorted, ([name]) => name,
        ([name]) => element('tr', {}, element('th', { scope: 'row', class: 'name' }, name), element('td', { class: 'number' })),
        (node, [, value]) => setText(node.children[1], count(value)));
}

export class Spending {
    constructor() {
        this.cache = new Cache(byId('cache'));
        this.provider = new Provider(byId('provider'));
        this.cost = new Cost(byId('cost'));
    }

    update(stats) {
        this.cache.update(stats.cache);
        this.provider.update(stats.provider);
        this.cost.update(stats.cost);
        updateCollections(stats.collections);
        updateCounters(stats.counters);
    }
}
