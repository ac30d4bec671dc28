// The top of the page: does it keep up, why not, what to do.
import { diagnose, verdict } from './diagnosis.js';
import { byId, element, keyed, prose, setAttribute, setText } from './dom.js';
import { brief, compact, dollars, figure, microseconds, milliseconds, perSecond } from './format.js';
import { LANES } from './lane-state.js';

const SHOWN_AT_ONCE = 5;
const WORDS = { critical: 'Critical', warning: 'Warning', note: 'Note' };

function strip(stats) {
    const lanes = LANES.map((name) => stats.lanes[name]).filter(Boolean);
    const sum = (field) => lanes.reduce((total, lane) => total + (lane[field] ?? 0), 0);
    const most = (values) => values.filter((value) => value !== null && value !== undefined).reduce((best, value) => Math.max(best ?? 0, value), null);
    const isEstimate = lanes.some((lane) => lane.undelivered_is === 'estimated');
    return [
        ['Done', perSecond(sum('left_per_s'))],
        ['Waiting', `${isEstimate ? '~' : ''}${compact(sum('undelivered'))}`],
        ['In work', compact(sum('in_work'))],
        ['Oldest', sum('entries') ? milliseconds(most(lanes.map((lane) => lane.oldest_ms))) : '–'],
        ['Job p99', microseconds(most(stats.workers.map((worker) => figure(worker.latency_total_p99_us))))],
        ['Delayed', compact(stats.delayed)],
        ['Dead', compact(stats.dead)],
        ['Today', dollars(stats.cost.today.dollars)],
    ];
}

export class Verdict {
    #told = '';
    #isOpen = false;

    /** @param actions `{resume(lane), token()}` */
    constructor(actions) {
        this.actions = actions;
        byId('findings-more').addEventListener('click', () => {
            this.#isOpen = !this.#isOpen;
            this.#fold(byId('findings').childElementCount);
        });
    }

    update(stats, samples, live) {
        const findings = diagnose(stats, samples, live);
        const { tone, title, detail } = verdict(stats, samples, live, findings);
        setAttribute(byId('verdict'), 'data-tone', tone);
        setText(byId('verdict-title'), title);
        setText(byId('verdict-detail'), detail);
        const isFocused = byId('findings').contains(document.activeElement);
        byId('findings').hidden = findings.length === 0;
        keyed(byId('findings'), findings, ({ key }) => key, (each) => this.#make(each), (node, each) => this.#show(node, each));
        this.#fold(findings.length);
        // What it offered is done: whoever pressed it goes on from here.
        if (isFocused && !byId('findings').contains(document.activeElement)) byId('verdict-title').focus({ preventScroll: true });
        if (stats) this.#strip(stats);
        this.#announce(title, findings);
        document.title = tone === 'critical' ? `● ${title} – Memoir` : 'Memoir';
    }

    /** The gravest are shown at once: what follows them has to stay in sight. */
    #fold(found) {
        const more = byId('findings-more');
        more.hidden = found <= SHOWN_AT_ONCE + 1;
        const isFolded = !more.hidden && !this.#isOpen;
        [...byId('findings').children].forEach((node, index) => { node.hidden = isFolded && index >= SHOWN_AT_ONCE; });
        setText(more, isFolded ? `Show ${found - SHOWN_AT_ONCE} more` : 'Show fewer');
        setAttribute(more, 'aria-expanded', String(!isFolded));
    }

    #make({ link, on, lane, token }) {
        const target = on ? `#card-${on}` : link;
        const action = lane ? element('button', { type: 'button', 'data-resume': lane, onclick: () => this.actions.resume(lane) }, 'Resume')
            : token ? element('button', { type: 'button', class: 'primary', onclick: () => this.actions.token() }, 'Give the token')
                : target ? element('a', { class: 'button', href: target }, 'Show') : null;
        return element('li', {},
            element('span', { class: 'tag' }),
            element('div', { class: 'finding' }, element('strong'), element('span', { class: 'why' }), element('span', { class: 'do' })),
            action);
    }

    #show(node, { severity, title, why, do: advice }) {
        // The same thing may become graver.
        setText(node.firstChild, WORDS[severity]);
        setAttribute(node.firstChild, 'data-tone', severity === 'note' ? 'calm' : severity);
        const [name, reason, todo] = node.querySelector('.finding').children;
        setText(name, title);
        setText(reason, why);
        if (todo.dataset.text !== advice) {
            todo.replaceChildren(...prose(advice));
            todo.dataset.text = advice;
        }
    }

    #strip(stats) {
        keyed(byId('strip'), strip(stats), ([term]) => term,
            ([term]) => element('div', {}, element('dt', {}, term), element('dd')),
            (node, [, text]) => setText(node.lastChild, text));
        setText(byId('nav-dead'), brief(stats.dead));
        byId('nav-dead').hidden = stats.dead === 0;
    }

    /** Screen readers are told when what is wrong changes, not when a number does. */
    #announce(title, findings) {
        const grave = findings.filter(({ severity }) => severity !== 'note').map(({ key }) => key).sort().join(' ');
        if (grave === this.#told) return;
        this.#told = grave;
        setText(byId('announcements'), grave ? `${title}. ${findings.filter(({ severity }) => severity !== 'note').map((each) => each.title).slice(0, 3).join('. ')}` : title);
    }
}
