import { createRoot } from "react-dom/client";
import { App } from "./app.tsx";
import { Crossings } from "./crossing/crossing.tsx";
import { Languages } from "./language/language.tsx";
import "./look/base.css";
import "./look/shell.css";
import "./look/controls.css";
import "./look/content.css";
import "./look/view.css";
import "uplot/dist/uPlot.min.css";
import "./look/operations.css";
import { Sessions } from "./session/session.tsx";

const root = document.getElementById("root");
if (root !== null)
  createRoot(root).render(
    <Languages>
      <Sessions>
        <Crossings>
          <App />
        </Crossings>
      </Sessions>
    </Languages>,
  );
