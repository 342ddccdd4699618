// Starts the plan editor (templates/admin/venues/editor.html).

import { connect, showBackgroundFields } from "./controls.js";
import { connectDialogs } from "./dialogs.js";
import { Editor } from "./editor.js";
import { listen } from "./keyboard.js";
import * as panels from "./panels.js";
import { Pointer } from "./pointer.js";
import { Server } from "./server.js";

const root = document.querySelector("[data-plan-editor]");
const settings = JSON.parse(document.getElementById("plan-editor-settings").textContent);
const token = root.querySelector("[name=csrfmiddlewaretoken]").value;

const editor = new Editor(root, settings, new Server(settings.urls, token));
const { tools, selected, sections, categories, shapes, faults } = panels;
editor.panels = [tools, selected, sections, categories, shapes, faults];
connectDialogs(editor);
connect(editor);
await editor.load();
showBackgroundFields(editor);
new Pointer(editor, editor.svg);
listen(editor, editor.svg);
new ResizeObserver(() => editor.view.draw()).observe(editor.svg);
root.editor = editor; // For the console.
