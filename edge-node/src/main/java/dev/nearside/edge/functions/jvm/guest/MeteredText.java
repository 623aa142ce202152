package dev.nearside.edge.functions.jvm.guest;

/** A text that costs a step for each character that a regular expression looks at. */
final class MeteredText implements CharSequence {

    private final CharSequence text;

    private MeteredText(CharSequence text) {
        this.text = text;
    }

    static CharSequence of(CharSequence text) {
        return new MeteredText(text.toString());
    }

    @Override
    public int length() {
        return text.length();
    }

    @Override
    public char charAt(int index) {
        Meter.spend();
        return text.charAt(index);
    }

    @Override
    public CharSequence subSequence(int start, int end) {
        return text.subSequence(start, end);
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
