// A card for each lane.
import { LaneChart } from './chart.js';
import { byId, element, facts, keyed, meter, setAttribute, setMeter, setText } from './dom.js';
import { compact, count, milliseconds, moment, perSecond, span } from './format.js';
import { LANES, laneState } from './lane-state.js';
import { token } from './api.js';

const SURE = {
    exact: 'Counted: so many jobs have been given to no worker',
    estimated: 'Estimated: entries of this lane were deleted by hand or trimmed, so that Redis no longer knows the exact number',
};

function drain(lane) {
    if (!lane.undelivered) return '';
    if (lane.paused_since) return 'while paused';
    if (lane.drain_ms === null || lane.drain_ms === undefined) return lane.came_per_s > lane.left_per_s ? 'growing' : 'drain time unknown';
    return lane.drain_ms < 1_000 ? 'drains at once' : `drains in ${span(lane.drain_ms)}`;
}

class LaneCard {
    constructor(name, onToggle) {
        this.name = name;
        const title = `lane-${name}`;
        this.state = element('span', { class: 'tag' });
        this.button = element('button', { type: 'button', class: 'lane-button', 'data-lane': name, onclick: () => onToggle(name, this.isPaused) });
        this.approximate = element('span', { class: 'approximate', 'aria-hidden': 'true' });
        this.waiting = element('span', { class: 'big' });
        this.sure = element('span', { class: 'sure' });
        this.drain = element('p', { class: 'drain' });
        this.chart = new LaneChart(name);
        this.facts = element('dl', { class: 'facts' });
        this.meter = meter();
        this.bound = element('p', { class: 'bound' });
        this.node = element('article', { class: 'panel lane', id: `card-${name}`, 'aria-labelledby': title },
            element('div', { class: 'lane-head' }, element('h3', { id: title }, name), this.state, this.button),
            element('div', { class: 'lane-figure' }, element('p', {}, this.approximate, this.waiting, ' ', element('span', { class: 'big-word' }, 'waiting'), ' ', this.sure), this.drain),
            this.chart.node, this.facts, this.meter, this.bound);
    }

    update(lane, samples) {
        const state = laneState(this.name, lane, samples);
        this.isPaused = Boolean(lane.paused_since);
        setText(this.state, state.label);
        setAttribute(this.state, 'data-tone', state.tone);
        setAttribute(this.node, 'data-tone', state.tone);
        setText(this.button, this.isPaused ? 'Resume' : 'Pause');
        setAttribute(this.button, 'aria-label', `${this.isPaused ? 'Resume' : 'Pause'} the lane ${this.name}`);
        setAttribute(this.button, 'class', `lane-button${this.isPaused ? ' primary' : ''}`);
        setText(this.approximate, lane.undelivered_is === 'estimated' ? '~' : '');
        setText(this.waiting, count(lane.undelivered));
        setText(this.sure, lane.undelivered_is ?? '');
        setAttribute(this.sure, 'data-tone', lane.undelivered_is === 'estimated' ? 'warning' : null);
        setAttribute(this.sure, 'title', SURE[lane.undelivered_is]);
        setText(this.drain, drain(lane));
        facts(this.facts, [
            ['came', perSecond(lane.came_per_s), 'Jobs a second that came, over the last ten seconds'],
            ['left', perSecond(lane.left_per_s), 'Jobs a second that were finished, over the last ten seconds'],
            ['oldest', lane.entries ? milliseconds(lane.oldest_ms) : '–', 'Since the oldest job that is not finished was added'],
            ['in work', compact(lane.in_work), 'Claimed by workers that live'],
            ['orphaned', compact(lane.orphaned), 'Claimed by workers that are gone; the others take them over', lane.orphaned > 0 ? 'warning' : null],
            ['claimed', perSecond(lane.claimed_per_s), 'Jobs a second that workers took, over the last ten seconds'],
        ]);
        const share = lane.bound ? lane.entries / lane.bound : 0;
        setMeter(this.meter, share, share >= 1 ? 'critical' : share >= 0.8 ? 'warning' : 'calm');
        setText(this.bound, this.isPaused ? `Paused since ${moment(lane.paused_since)}`
            : lane.bound ? `holds ${compact(lane.entries)} of at most ${compact(lane.bound)}` : 'No bound is known');
    }
}

export class Lanes {
    #cards = new Map();

    /** @param onToggle called with the lane's name and whether it is paused now. */
    constructor(onToggle) {
        this.onToggle = onToggle;
        this.frame = byId('lane-cards');
        this.#explain();
        document.addEventListener('memoir-token', () => this.#explain());
    }

    update(stats, samples) {
        const names = LANES.filter((name) => stats.lanes[name]);
        keyed(this.frame, names, (name) => name, (name) => this.#card(name).node, () => {});
        for (const name of names) this.#card(name).update(stats.lanes[name], samples);
        this.#explain();
    }

    draw(history) {
        for (const card of this.#cards.values()) card.chart.draw(history);
    }

    #card(name) {
        if (!this.#cards.has(name)) this.#cards.set(name, new LaneCard(name, this.onToggle));
        return this.#cards.get(name);
    }

    #explain() {
        for (const { button } of this.#cards.values()) setAttribute(button, 'title', token.value ? null : 'Needs the token of this worker: it is asked for');
    }
}
