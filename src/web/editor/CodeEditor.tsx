// The CodeMirror editor for queries: Enter runs, Shift-Enter makes a new line, errors are underlined.
// Loaded on its own (QueryEditor.tsx), since it is the largest part of the UI.

import {
  acceptCompletion,
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
} from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { bracketMatching, syntaxHighlighting } from '@codemirror/language';
import { setDiagnostics } from '@codemirror/lint';
import { EditorState, Prec } from '@codemirror/state';
import { EditorView, keymap, placeholder as placeholderText } from '@codemirror/view';
import { useEffect, useRef } from 'react';
import { complete } from './completion.ts';
import { highlightStyle, languageExtension } from './language.ts';
import type { QueryEditorProps } from './QueryEditor.tsx';

export default function CodeEditor(props: QueryEditorProps) {
  const { language, value, problem, placeholder, label } = props;
  const holder = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | undefined>(undefined);
  const latest = useRef(props);
  useEffect(() => {
    latest.current = props;
  });
  useEffect(() => {
    if (holder.current === null) return;
    const editor = new EditorView({
      parent: holder.current,
      state: EditorState.create({
        doc: latest.current.value,
        extensions: [
          editorExtensions(latest, language),
          placeholderText(placeholder),
          EditorView.contentAttributes.of({ 'aria-label': label }),
        ],
      }),
    });
    view.current = editor;
    if (latest.current.hasFocus) editor.focus();
    return () => editor.destroy();
  }, [language, placeholder, label]);
  useEffect(() => {
    const editor = view.current;
    if (editor === undefined || editor.state.doc.toString() === value) return;
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: value } });
  }, [value]);
  useEffect(() => {
    const editor = view.current;
    if (editor === undefined) return;
    const length = editor.state.doc.length;
    const marks =
      problem === undefined || problem.from >= length
        ? []
        : [{ ...problem, to: Math.min(problem.to, length), severity: 'error' as const }];
    editor.dispatch(setDiagnostics(editor.state, marks));
  }, [problem]);
  return <div className="query-editor" ref={holder} />;
}

function editorExtensions(
  latest: { readonly current: QueryEditorProps },
  language: QueryEditorProps['language'],
) {
  const run = (): boolean => {
    latest.current.onRun();
    return true;
  };
  const leave = (editor: EditorView): boolean => {
    editor.contentDOM.blur();
    return true;
  };
  return [
    history(),
    bracketMatching(),
    closeBrackets(),
    EditorView.lineWrapping,
    languageExtension(language),
    syntaxHighlighting(highlightStyle),
    autocompletion({
      override: [(context) => complete(context, language, latest.current.lookups)],
      icons: false,
    }),
    Prec.high(keymap.of([{ key: 'Mod-Enter', run }])),
    keymap.of([
      { key: 'Tab', run: acceptCompletion },
      ...completionKeymap,
      { key: 'Enter', run },
      { key: 'Escape', run: leave },
      ...closeBracketsKeymap,
      ...historyKeymap,
      ...defaultKeymap,
    ]),
    EditorView.updateListener.of((update) => {
      if (update.docChanged) latest.current.onChange(update.state.doc.toString());
    }),
  ];
}
