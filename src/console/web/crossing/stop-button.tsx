import { useState } from "react";
import { useWords } from "../language/language.tsx";
import { Button } from "../parts/button.tsx";
import { useCrossing } from "./crossing.tsx";
import { StopDialog } from "./stop-dialog.tsx";
import { WORDS } from "./words.ts";

/** The red button; nothing for who may stop nothing. */
export function StopButton() {
  const words = useWords(WORDS);
  const { crossing } = useCrossing();
  const [isOpen, setOpen] = useState(false);
  const isStopped = crossing?.stops.some(({ tenant }) => tenant === "*");
  const mayStop = crossing?.tenants.some((tenant) => tenant.mayStop);
  return (
    <>
      {mayStop === true && isStopped !== true ? (
        <Button danger onClick={() => setOpen(true)}>
          {words.stop}
        </Button>
      ) : null}
      {isOpen && crossing !== null ? (
        <StopDialog crossing={crossing} onClose={() => setOpen(false)} />
      ) : null}
    </>
  );
}
