// Where the page starts: choose the host, follow its changes, show the app.
import "@fontsource-variable/inter/wght.css";
import "./styles/index.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app/App";
import { chooseHost, followChanges, setHost } from "./backend";

setHost(await chooseHost());
followChanges();

const root = document.getElementById("root");
if (!root) throw new Error("invariant: index.html has #root");
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
