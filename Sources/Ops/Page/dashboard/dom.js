// Making and updating elements. Texts become text nodes, never markup: whatever is stored in a memory shows as it is.

const SVG = 'http://www.w3.org/2000/svg';

function fill(node, attributes, children) {
    for (const [name, value] of Object.entries(attributes)) {
        if (value === undefined || value === null || value === false) continue;
        if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
        else node.setAttribute(name, value === true ? '' : value);
    }
    node.append(...children.filter((child) => child !== null && child !== undefined));
    return node;
}

/** An element with attributes (`onclick` and the like are listeners) and children, texts or nodes. */
export const element = (tag, attributes = {}, ...children) => fill(document.createElement(tag), attributes, children);

export const drawing = (tag, attributes = {}, ...children) => fill(document.createElementNS(SVG, tag), attributes, children);

export const byId = (id) => document.getElementById(id);

/** Touches the page only where something changes: a selection of text and a reader's place survive. */
export function setText(node, text) {
    if (node.textContent !== text) node.textContent = text;
}

export function setAttribute(node, name, value) {
    if (value === null || value === undefined || value === false) {
        if (node.hasAttribute(name)) node.removeAttribute(name);
    } else if (node.getAttribute(name) !== String(value)) {
        node.setAttribute(name, value);
    }
}

/** One child for each item, in the items' order. Nodes stay as long as their key does. */
export function keyed(parent, items, keyOf, make, update) {
    const known = new Map([...parent.children].filter((node) => node.memoirKey !== undefined).map((node) => [node.memoirKey, node]));
    const wanted = new Set(items.map(keyOf));
    for (const [key, node] of known) if (!wanted.has(key)) node.remove();
    // What else stands in the parent, such as the head of a table, stays before them.
    const others = [...parent.children].filter((node) => node.memoirKey === undefined);
    let previous = others.at(-1) ?? null;
    for (const item of items) {
        const key = keyOf(item);
        let node = known.get(key);
        if (!node) {
            node = make(item);
            node.memoirKey = key;
        }
        update(node, item);
        const place = previous ? previous.nextSibling : parent.firstChild;
        if (node !== place && node.parentNode !== parent) parent.insertBefore(node, place);
        else if (node !== place && !node.contains(document.activeElement)) parent.insertBefore(node, place);
        previous = node;
    }
}

/** `text` with what stands between backticks as code. */
export function prose(text) {
    return text.split('`').map((part, index) => (index % 2 ? element('code', {}, part) : part));
}

/** A list of terms and figures whose nodes stay: `facts([['Oldest', '4 ms', 'title']])`. */
export function facts(list, rows) {
    keyed(
        list,
        rows,
        ([term]) => term,
        ([term]) => element('div', {}, element('dt', {}, term), element('dd')),
        (node, [, figure, title, tone]) => {
            setText(node.lastChild, figure);
            setAttribute(node, 'title', title);
            setAttribute(node, 'data-tone', tone);
        },
    );
}

/** A bar of how much of something is used. */
export function meter() {
    const rest = drawing('rect', { class: 'meter-rest', width: 100, height: 6, rx: 0 });
    const used = drawing('rect', { class: 'meter-used', width: 0, height: 6, rx: 0 });
    return drawing('svg', { class: 'meter', viewBox: '0 0 100 6', preserveAspectRatio: 'none', 'aria-hidden': 'true' }, rest, used);
}

export function setMeter(node, share, tone) {
    const width = Math.max(0, Math.min(1, share || 0)) * 100;
    setAttribute(node.lastChild, 'width', width.toFixed(2));
    setAttribute(node, 'data-tone', tone);
}
