// Parts of Monaco that come without types, and its page-wide hook.
declare module 'monaco-editor/esm/vs/editor/browser/*'
declare module 'monaco-editor/esm/vs/editor/contrib/*'
declare module 'monaco-editor/esm/vs/editor/standalone/*'
declare module 'monaco-editor/esm/vs/editor/common/*'
declare module 'monaco-editor/esm/vs/base/*'
