// Dead letters: pages, filters, replay and purge.
import { ApiError, read, token } from './api.js';
import { change, confirmed, notice } from './dialogs.js';
import { byId, element, keyed, setAttribute, setText } from './dom.js';
import { count, counted, moment } from './format.js';
import { LetterDialog } from './letter-dialog.js';

const AT_ONCE = 1_000;
const COUNTED_AT_ONCE = 500;
const FIGURES_AGE = 3_000;
const DONE = { replay: 'replayed', purge: 'purged' };
const FIELDS = ['code', 'collection', 'type', 'lane'];

const cell = (label, attributes = {}, ...children) => element('td', { role: 'cell', 'data-label': label, ...attributes }, ...children);

/** Of one replay or purge, added up over several calls. */
class Outcome {
    done = 0;
    gone = 0;
    // Why each of them stays, by letter: another call tells of the same ones again.
    refused = new Map();
    full = null;

    add(body, verb) {
        this.done += body[DONE[verb]];
        this.gone += body.gone;
        for (const { id, reason } of body.refused) this.refused.set(id, reason);
        this.full ??= body.full;
    }

    text(verb) {
        const parts = [`${counted(this.done, 'dead letter')} ${DONE[verb]}`];
        if (this.gone) parts.push(`${count(this.gone)} were gone meanwhile`);
        if (this.refused.size) parts.push(`${count(this.refused.size)} stay: the first ${[...this.refused.values()][0]}`);
        if (this.full) parts.push(`stopped: ${this.full}`);
        return `${parts.join('; ')}.`;
    }

    get handled() { return this.done + this.gone + this.refused.size; }

    get isWhole() { return this.refused.size === 0 && !this.full; }
}

export class Letters {
    #selected = new Set();
    // Of each page up to this one, the letter that it begins behind.
    #pages = [null];
    #next = null;
    // Of all letters, whether they match or not, when the page was read.
    #total = 0;
    #letters = [];
    #loading = null;
    #counting = null;
    #isShown = false;
    #shownAt = 0;

    constructor() {
        this.form = byId('letter-filters');
        this.dialog = new LetterDialog((verb, id) => this.#single(verb, id));
        let timer = 0;
        const later = (wait) => { clearTimeout(timer); timer = setTimeout(() => this.#restart(), wait); };
        this.form.addEventListener('submit', (event) => { event.preventDefault(); later(0); });
        this.form.addEventListener('input', (event) => later(event.target.tagName === 'SELECT' ? 0 : 350));
        this.form.addEventListener('reset', () => later(0));
        byId('letters-limit').addEventListener('change', () => this.#restart());
        byId('letters-refresh').addEventListener('click', () => this.load());
        byId('letters-newest').addEventListener('click', () => this.#go([null]));
        byId('letters-newer').addEventListener('click', () => this.#go(this.#pages.slice(0, -1)));
        byId('letters-older').addEventListener('click', () => this.#go([...this.#pages, this.#next]));
        byId('select-page').addEventListener('change', (event) => this.#selectPage(event.target.checked));
        for (const verb of ['replay', 'purge']) {
            byId(`${verb}-selected`).addEventListener('click', () => this.#selection(verb));
            byId(`${verb}-all`).addEventListener('click', () => this.#all(verb));
        }
        document.addEventListener('memoir-token', () => { this.#explain(); if (!this.#isShown) this.load(); });
        this.#explain();
    }

    /** The total of the live figures: the page shown stays, and says that there is more to see. */
    update(stats) {
        // Figures that were read before the page was shown say nothing.
        if (!this.#isShown || Date.now() - this.#shownAt < FIGURES_AGE) return;
        setAttribute(byId('letters-refresh'), 'class', stats.dead === this.#total ? 'quiet' : 'primary');
    }

    #filter() {
        const data = new FormData(this.form);
        return Object.fromEntries(FIELDS.map((name) => [name, String(data.get(name) ?? '').trim()]).filter(([, value]) => value));
    }

    #restart() {
        this.#counting?.abort();
        this.#selected.clear();
        this.#go([null]);
    }

    async #go(pages) {
        const before = this.#pages;
        this.#pages = pages;
        if (!(await this.load())) this.#pages = before;
        else byId('letters-frame').scrollTop = 0;
    }

    /** Answers whether the page came; one that was overtaken by another did not. */
    async load() {
        this.#loading?.abort();
        const abort = new AbortController();
        this.#loading = abort;
        const query = new URLSearchParams({ limit: byId('letters-limit').value, ...this.#filter() });
        if (this.#pages.at(-1)) query.set('after', this.#pages.at(-1));
        setAttribute(byId('letters-frame'), 'aria-busy', 'true');
        try {
            const page = await this.#read(query, abort.signal);
            // Somebody has replayed or purged what stood here.
            if (page.letters.length === 0 && this.#pages.length > 1) {
                this.#pages = [null];
                return await this.load();
            }
            this.#isShown = true;
            this.#show(page);
            return true;
        } catch (error) {
            if (error.name === 'AbortError') return false;
            if (!(error instanceof ApiError)) throw error;
            this.#fail(error.message);
            return false;
        } finally {
            if (this.#loading === abort) setAttribute(byId('letters-frame'), 'aria-busy', null);
        }
    }

    /** A page; the worker looks at many letters for it, not at all, and says where to go on. */
    async #read(query, signal) {
        for (;;) {
            const page = await read(`/api/dead?${query}`, signal);
            if (page.letters.length > 0 || page.next === null) return page;
            query.set('after', page.next);
        }
    }

    get #isFiltered() { return Object.keys(this.#filter()).length > 0; }

    /** How many match where that is known; null where it would have to be counted. */
    get #matching() {
        if (!this.#isFiltered) return this.#total;
        return this.#pages.length === 1 && this.#next === null ? this.#letters.length : null;
    }

    #fail(reason) {
        setText(byId('letters-count'), `Could not be read: ${reason}`);
        if (this.#letters.length === 0) setText(byId('letters-empty'), 'Not read yet. Refresh tries again.');
    }

    #show({ total, letters, next }) {
        this.#total = total;
        this.#shownAt = Date.now();
        this.#letters = letters;
        this.#next = next;
        byId('letters-table').hidden = letters.length === 0;
        byId('letters-empty').hidden = letters.length > 0;
        setText(byId('letters-empty'), this.#isFiltered ? 'No dead letter matches.' : 'No dead letters: no job has failed for good.');
        keyed(byId('letters-rows'), letters, ({ letter }) => letter, (each) => this.#row(each), (node, each) => this.#update(node, each));
        const last = Math.max(this.#pages.length, Math.ceil((this.#matching ?? 0) / Number(byId('letters-limit').value)));
        setText(byId('letters-page'), `Page ${count(this.#pages.length)}${this.#matching === null ? '' : ` of ${count(last)}`}`);
        byId('letters-newest').disabled = byId('letters-newer').disabled = this.#pages.length === 1;
        byId('letters-older').disabled = next === null;
        setAttribute(byId('letters-refresh'), 'class', 'quiet');
        this.#count();
    }

    #row({ letter, id }) {
        const check = element('input', { type: 'checkbox', 'aria-label': `Select the letter of job ${id ?? letter}`, onchange: (event) => this.#select(letter, event.target.checked) });
        return element('tr', { role: 'row' },
            cell('', { class: 'check' }, check),
            cell('Buried', { class: 'when' }),
            element('th', { role: 'rowheader', scope: 'row', class: 'job' }),
            cell('Type'), cell('Collection'), cell('Lane'),
            cell('', { class: 'reason' }, element('div', { class: 'clamp' }, element('span', { class: 'tag', 'data-tone': 'warning' }), ' ', element('span', { class: 'message' }))),
            cell('Tries', { class: 'number' }),
            cell('', { class: 'inspect' }, element('button', { type: 'button', class: 'quiet', 'aria-label': `Inspect the letter of job ${id ?? letter}`, onclick: () => this.dialog.show(letter) }, 'Inspect')));
    }

    #update(node, each) {
        const [check, when, job, type, collection, lane, reason, tries] = node.children;
        check.firstChild.checked = this.#selected.has(each.letter);
        setAttribute(node, 'aria-selected', this.#selected.has(each.letter) ? 'true' : null);
        const texts = [[when, moment(each.buried_at)], [job, each.id ?? '–'], [type, each.type ?? '–'], [collection, each.collection ?? '–'], [lane, each.lane ?? '–'], [tries, count(each.attempts)]];
        for (const [target, text] of texts) setText(target, text);
        setText(reason.firstChild.firstElementChild, each.code ?? 'unknown');
        setText(reason.firstChild.lastElementChild, each.message ?? '');
        setAttribute(reason, 'title', each.message);
    }

    #select(id, isSelected) {
        if (isSelected) this.#selected.add(id);
        else this.#selected.delete(id);
        this.#count();
    }

    #selectPage(isSelected) {
        for (const { letter } of this.#letters) {
            if (isSelected) this.#selected.add(letter);
            else this.#selected.delete(letter);
        }
        this.#count();
    }

    #count() {
        if (this.#counting) return;
        const selected = this.#selected.size;
        const matching = this.#matching;
        const all = this.#isFiltered ? `${matching === null ? 'Filtered' : matching === 0 ? 'None match' : `${count(matching)} match`}, of ${count(this.#total)}` : this.#total ? `${count(this.#total)} in all` : 'None';
        setText(byId('letters-count'), selected ? `${all}, ${count(selected)} selected` : all);
        for (const verb of ['replay', 'purge']) {
            byId(`${verb}-selected`).disabled = selected === 0;
            byId(`${verb}-all`).disabled = this.#letters.length === 0;
            const name = verb === 'replay' ? 'Replay' : 'Purge';
            setText(byId(`${verb}-all`), matching === null ? `${name} all that match…` : matching ? `${name} all ${count(matching)}…` : `${name} all…`);
        }
        const onPage = this.#letters.filter(({ letter }) => this.#selected.has(letter)).length;
        byId('select-page').checked = onPage > 0 && onPage === this.#letters.length;
        byId('select-page').indeterminate = onPage > 0 && onPage < this.#letters.length;
        for (const node of byId('letters-rows').children) {
            node.firstChild.firstChild.checked = this.#selected.has(node.memoirKey);
            setAttribute(node, 'aria-selected', this.#selected.has(node.memoirKey) ? 'true' : null);
        }
    }

    #explain() {
        for (const id of ['replay-selected', 'purge-selected', 'replay-all', 'purge-all']) setAttribute(byId(id), 'title', token.value ? null : 'Needs the token of this worker: it is asked for');
    }

    #question(verb, total, which) {
        const isPurge = verb === 'purge';
        const name = isPurge ? 'Purge' : 'Replay';
        return {
            title: `${name} ${counted(total, 'dead letter')}?`,
            text: isPurge ? 'They are removed for good, and their jobs are not run again.' : 'Their jobs go back to their lanes under the same ids, with all attempts anew. What fails again becomes a dead letter again.',
            verb: `${name} ${count(total)}`,
            which,
            total,
            isDangerous: isPurge,
        };
    }

    #selection(verb) {
        const ids = [...this.#selected];
        return this.#perform(verb, this.#question(verb, ids.length), async (send, progress, isStopped) => {
            for (let from = 0; from < ids.length && !isStopped(); from += AT_ONCE) {
                if (!(await send({ ids: ids.slice(from, from + AT_ONCE) }))) return;
                progress(Math.min(ids.length, from + AT_ONCE));
            }
        });
    }

    #single(verb, id) {
        return this.#perform(verb, this.#question(verb, 1), async (send) => { await send({ ids: [id] }); });
    }

    /** How many match now. Ends with an AbortError where the filter is another one meanwhile. */
    async #counted(filter) {
        const query = new URLSearchParams({ limit: Object.keys(filter).length ? String(COUNTED_AT_ONCE) : '1', ...filter });
        this.#counting?.abort();
        const abort = new AbortController();
        this.#counting = abort;
        try {
            for (let matching = 0; ;) {
                const page = await read(`/api/dead?${query}`, abort.signal);
                if (Object.keys(filter).length === 0) return page.total;
                matching += page.letters.length;
                if (page.next === null) return matching;
                query.set('after', page.next);
                setText(byId('letters-count'), `Counting: ${count(matching)}…`);
            }
        } finally {
            if (this.#counting === abort) this.#counting = null;
            this.#count();
        }
    }

    async #all(verb) {
        const filter = this.#filter();
        let total;
        try {
            total = await this.#counted(filter);
        } catch (error) {
            if (error.name !== 'AbortError') notice(`Could not be counted: ${error.message}`, 'critical');
            return;
        }
        if (total === 0) { notice('None is left.'); this.load(); return; }
        const which = Object.keys(filter).length ? Object.entries(filter).map(([name, value]) => `${name} ${value}`).join(', ') : 'all dead letters, whatever their reason';
        const body = Object.keys(filter).length ? { filter } : { filter, all: true };
        await this.#perform(verb, this.#question(verb, total, `Which: ${which}`), async (send, progress, isStopped, outcome) => {
            // Not more than were asked about: what fails again meanwhile comes back and would match again.
            for (let rest = total; rest > 0 && !isStopped();) {
                const before = outcome.done + outcome.gone;
                const answer = await send({ ...body, limit: Math.min(AT_ONCE, rest) });
                if (!answer || !answer.more || answer.full || outcome.done + outcome.gone === before) return;
                rest = total - outcome.handled;
                progress(outcome.handled);
            }
        });
    }

    /** Asks, runs `work`, tells what was done, and reads the page anew. */
    async #perform(verb, question, work) {
        const outcome = new Outcome();
        const send = async (body) => {
            const answer = await change(`/api/dead/${verb}`, body, `To ${verb} dead letters`);
            if (!answer) return null;
            outcome.add(answer.body, verb);
            return answer.body;
        };
        try {
            const answer = await confirmed({ ...question, work: async (progress, isStopped) => { await work(send, progress, isStopped, outcome); return outcome; } });
            if (answer === null) return false;
            if (outcome.handled > 0) notice(outcome.text(verb), outcome.isWhole ? 'good' : 'warning');
        } catch (error) {
            if (!(error instanceof ApiError)) throw error;
            notice(`${outcome.done ? `${outcome.text(verb)} Then: ` : ''}${error.message}`, 'critical');
        }
        this.#selected.clear();
        await this.load();
        return true;
    }
}
