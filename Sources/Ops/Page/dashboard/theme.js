// Light, dark, or as the system has it. A classic script, so that it runs before the first paint.
(() => {
    const key = 'memoir.theme';
    const root = document.documentElement;
    const stored = () => {
        try { return localStorage.getItem(key); } catch { return null; }
    };
    const apply = (theme) => {
        if (theme === 'light' || theme === 'dark') root.dataset.theme = theme;
        else delete root.dataset.theme;
    };
    apply(stored());
    document.addEventListener('DOMContentLoaded', () => {
        const select = document.getElementById('theme');
        select.value = root.dataset.theme ?? 'auto';
        select.addEventListener('change', () => {
            apply(select.value);
            try { localStorage.setItem(key, select.value); } catch { /* It holds for this visit. */ }
        });
    });
})();
