// Dead letters: pages, filters, what is selected.
import { ApiError, read, token } from './api.js';
import { notice } from './dialogs.js';
import { byId, setAttribute, setText } from './dom.js';
import { count } from './format.js';
import { changeAll, changeThese } from './letter-changes.js';
import { LetterDialog } from './letter-dialog.js';
import { LetterRows } from './letter-rows.js';

const TYPED = 350;
const FIGURES_AGE = 3_000;
const TRIED_AGAIN = 5_000;
const FIELDS = ['code', 'collection', 'type', 'lane'];
const VERBS = ['replay', 'purge'];

export class Letters {
    #selected = new Set();
    // Of each page up to this one, the letter that it begins behind.
    #pages = [null];
    #next = null;
    // Of all letters, whether they match or not, when the page was read.
    #total = 0;
    // Of those that match: `{count, isExact}`, or null where nobody has counted.
    #matching = null;
    #letters = [];
    #loading = null;
    #isShown = false;
    // Of the last attempt.
    #triedAt = 0;
    #isFailed = false;

    constructor() {
        this.form = byId('letter-filters');
        this.dialog = new LetterDialog(async (verb, id) => this.#after(await changeThese(verb, [id])));
        this.rows = new LetterRows({ select: (id, isSelected) => this.#select([id], isSelected), inspect: (id) => this.dialog.show(id) });
        let timer = 0;
        const later = (wait) => { clearTimeout(timer); timer = setTimeout(() => this.#restart(), wait); };
        this.form.addEventListener('submit', (event) => { event.preventDefault(); later(0); });
        this.form.addEventListener('input', (event) => later(event.target.tagName === 'SELECT' ? 0 : TYPED));
        this.form.addEventListener('reset', () => later(0));
        byId('letters-limit').addEventListener('change', () => this.#restart());
        byId('letters-refresh').addEventListener('click', () => this.load());
        byId('letters-newest').addEventListener('click', () => this.#go([null]));
        byId('letters-newer').addEventListener('click', () => this.#go(this.#pages.slice(0, -1)));
        byId('letters-older').addEventListener('click', () => this.#go([...this.#pages, this.#next]));
        byId('select-page').addEventListener('change', (event) => this.#select(this.#letters.map(({ letter }) => letter), event.target.checked));
        for (const verb of VERBS) {
            byId(`${verb}-selected`).addEventListener('click', async () => this.#after(await changeThese(verb, [...this.#selected])));
            byId(`${verb}-all`).addEventListener('click', () => this.#changeAll(verb));
        }
        document.addEventListener('memoir-token', () => { this.#explain(); if (!this.#isShown) this.load(); });
        this.#explain();
    }

    /** The total of the live figures: the page shown stays, and says that there is more to see. */
    update(stats) {
        const age = Date.now() - this.#triedAt;
        if (this.#isFailed && !this.#loading && age > TRIED_AGAIN) this.load();
        // Figures that were read before the page was shown say nothing.
        if (!this.#isShown || age < FIGURES_AGE) return;
        setAttribute(byId('letters-refresh'), 'class', stats.dead === this.#total ? 'quiet' : 'primary');
    }

    /** Answers whether the page came; one that was overtaken by another did not. */
    async load() {
        this.#loading?.abort();
        const abort = new AbortController();
        this.#loading = abort;
        this.#triedAt = Date.now();
        setAttribute(byId('letters-frame'), 'aria-busy', 'true');
        try {
            let page = await this.#read(abort.signal);
            if (page.letters.length === 0 && this.#pages.length > 1) {
                // Somebody has replayed or purged what stood here.
                this.#pages = [null];
                page = await this.#read(abort.signal);
            }
            this.#show(page);
            return true;
        } catch (error) {
            if (error.name === 'AbortError') return false;
            if (!(error instanceof ApiError)) throw error;
            this.#fail(error.message);
            return false;
        } finally {
            if (this.#loading === abort) {
                this.#loading = null;
                setAttribute(byId('letters-frame'), 'aria-busy', null);
            }
        }
    }

    /** The page; the worker looks at many letters for it, not at all, and says where to go on. */
    async #read(signal) {
        const query = new URLSearchParams({ limit: byId('letters-limit').value, ...this.#filter() });
        if (this.#pages.at(-1)) query.set('after', this.#pages.at(-1));
        let matching = null;
        for (;;) {
            const page = await read(`/api/dead?${query}`, signal);
            matching ??= this.#matched(page, !query.has('after'));
            if (page.letters.length > 0 || page.next === null) return { ...page, matching };
            query.set('after', page.next);
        }
    }

    /** How many match, as far as a page tells; the first one does. */
    #matched({ matching, matching_is: sure, total, letters, next }, isFirst) {
        if (typeof matching === 'number') return { count: matching, isExact: sure === 'exact' };
        if (!this.#isFiltered) return { count: total, isExact: true };
        return isFirst && next === null ? { count: letters.length, isExact: true } : null;
    }

    #filter() {
        const data = new FormData(this.form);
        return Object.fromEntries(FIELDS.map((name) => [name, String(data.get(name) ?? '').trim()]).filter(([, value]) => value));
    }

    get #isFiltered() { return Object.keys(this.#filter()).length > 0; }

    #restart() {
        this.#selected.clear();
        this.#matching = null;
        this.#go([null]);
    }

    async #go(pages) {
        const before = this.#pages;
        this.#pages = pages;
        if (!(await this.load())) this.#pages = before;
        else byId('letters-frame').scrollTop = 0;
    }

    #fail(reason) {
        this.#isFailed = true;
        setText(byId('letters-count'), `Could not be read: ${reason}`);
        if (this.#letters.length === 0) setText(byId('letters-empty'), 'Not read yet: it is tried again.');
    }

    #show({ total, letters, next, matching }) {
        this.#isShown = true;
        this.#isFailed = false;
        this.#triedAt = Date.now();
        this.#total = total;
        // Told with the first page, and good for those behind it.
        this.#matching = matching ?? (this.#pages.length > 1 ? this.#matching : null);
        this.#letters = letters;
        this.#next = next;
        byId('letters-table').hidden = letters.length === 0;
        byId('letters-empty').hidden = letters.length > 0;
        setText(byId('letters-empty'), this.#isFiltered ? 'No dead letter matches.' : 'No dead letters: no job has failed for good.');
        this.rows.show(letters);
        const page = this.#pages.length;
        const last = this.#matching?.isExact ? Math.max(page, Math.ceil(this.#matching.count / Number(byId('letters-limit').value))) : null;
        setText(byId('letters-page'), `Page ${count(page)}${last === null ? '' : ` of ${count(last)}`}`);
        byId('letters-newest').disabled = byId('letters-newer').disabled = page === 1;
        byId('letters-older').disabled = next === null;
        setAttribute(byId('letters-refresh'), 'class', 'quiet');
        this.#count();
    }

    #select(ids, isSelected) {
        for (const id of ids) {
            if (isSelected) this.#selected.add(id);
            else this.#selected.delete(id);
        }
        this.#count();
    }

    #countText() {
        if (!this.#isFiltered) return this.#total ? `${count(this.#total)} in all` : 'None';
        const { count: found, isExact } = this.#matching ?? {};
        const which = found === undefined ? 'Filtered' : !isExact ? `At least ${count(found)} match` : found === 0 ? 'None match' : `${count(found)} match`;
        return `${which}, of ${count(this.#total)}`;
    }

    #count() {
        const selected = this.#selected.size;
        setText(byId('letters-count'), `${this.#countText()}${selected ? `, ${count(selected)} selected` : ''}`);
        for (const verb of VERBS) {
            byId(`${verb}-selected`).disabled = selected === 0;
            byId(`${verb}-all`).disabled = this.#letters.length === 0;
            const name = verb === 'replay' ? 'Replay' : 'Purge';
            setText(byId(`${verb}-all`), !this.#matching?.isExact ? `${name} all that match…` : this.#matching.count ? `${name} all ${count(this.#matching.count)}…` : `${name} all…`);
        }
        const onPage = this.#letters.filter(({ letter }) => this.#selected.has(letter)).length;
        byId('select-page').checked = onPage > 0 && onPage === this.#letters.length;
        byId('select-page').indeterminate = onPage > 0 && onPage < this.#letters.length;
        this.rows.mark(this.#selected);
    }

    #explain() {
        for (const id of VERBS.flatMap((verb) => [`${verb}-selected`, `${verb}-all`])) {
            setAttribute(byId(id), 'title', token.value ? null : 'Needs the token of this worker: it is asked for');
        }
    }

    async #changeAll(verb) {
        const filter = this.#filter();
        let page;
        try {
            // What is asked about is what there is now, not when the page was read.
            page = await read(`/api/dead?${new URLSearchParams({ limit: 1, ...filter })}`);
        } catch (error) {
            if (!(error instanceof ApiError)) throw error;
            notice(`Could not be counted: ${error.message}`, 'critical');
            return;
        }
        const matching = this.#matched(page, true) ?? this.#matching;
        if (matching?.isExact && matching.count === 0) {
            notice('None is left.');
            this.load();
            return;
        }
        await this.#after(await changeAll(verb, filter, { total: page.total, matching }));
    }

    /** Answers whether anything was done. */
    async #after(handled) {
        if (handled === 0) return false;
        this.#selected.clear();
        await this.load();
        // What was pressed may be gone or disabled by now.
        if (document.activeElement === document.body || document.activeElement?.disabled) byId('letters-frame').focus({ preventScroll: true });
        return true;
    }
}
