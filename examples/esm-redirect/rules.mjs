// Whole paths first, then patterns in their order.
const moved = new Map([
    ['/old', { status: '301', path: '/new' }],
    ['/spring', { status: '302', path: '/summer' }],
]);

const patterns = [
    { from: /^\/blog\/\d{4}\/([a-z0-9-]+)$/, to: '/articles/$1', status: '308' },
];

export function target(path) {
    const whole = moved.get(path);
    if (whole) {
        return whole;
    }
    const rule = patterns.find(({ from }) => from.test(path));
    return rule && { status: rule.status, path: path.replace(rule.from, rule.to) };
}
