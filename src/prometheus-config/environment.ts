// `$NAME` and `${NAME}` in external labels, as Go's os.Expand fills them in; `$$` is a dollar.

const variable = /\$(?:\{([^{}]*)\}|([A-Za-z_]\w*|[*#$@!?\d-]))/g;

export function expandEnvironment(
  text: string,
  env: Readonly<Record<string, string | undefined>>,
  onMissing: (name: string) => void,
): string {
  return text.replace(variable, (_, braced?: string, bare?: string) => {
    const name = braced ?? bare ?? '';
    if (name === '$') return '$';
    const value = env[name];
    if (!value) onMissing(name);
    return value ?? '';
  });
}
