import { ask } from "../../api/ask.ts";
import type { AccountTold, LinkTold } from "../../api/told.ts";
import { useAct } from "../../api/use-ask.ts";
import { useWords } from "../../language/language.tsx";
import { ProblemBanner } from "../../parts/banner.tsx";
import { Button } from "../../parts/button.tsx";
import { Dialog, DialogButtons } from "../../parts/dialog.tsx";
import { WORDS as PART_WORDS } from "../../parts/words.ts";
import type { AccountAct } from "./account-menu.tsx";
import { WORDS } from "./words.ts";

type PlainAct = Exclude<AccountAct, "roles" | "substitutes">;

/** Says what an act on an account will do, and does it. */
export function ActDialog({
  act,
  account,
  onLink,
  onDone,
  onCancel,
}: {
  readonly act: PlainAct;
  readonly account: AccountTold;
  readonly onLink: (made: LinkTold) => void;
  readonly onDone: () => void;
  readonly onCancel: () => void;
}) {
  const parts = useWords(PART_WORDS);
  const { title, told, button } = useActWords(act, account);
  const { isRunning, problem, run } = useAct();
  const decide = () =>
    run(async () => {
      const made = await askFor(act, account.name);
      if (made === null) onDone();
      else onLink(made);
    });
  return (
    <Dialog title={title} busy={isRunning} onClose={onCancel}>
      <ProblemBanner problem={problem} />
      <p>{told}</p>
      <DialogButtons>
        <Button
          danger={act === "reset" || act === "disable"}
          busy={isRunning}
          onClick={() => void decide()}
        >
          {button}
        </Button>
        <Button look="outline" disabled={isRunning} onClick={onCancel}>
          {parts.cancel}
        </Button>
      </DialogButtons>
    </Dialog>
  );
}

async function askFor(act: PlainAct, name: string): Promise<LinkTold | null> {
  const address = `/api/v1/accounts/${name}`;
  switch (act) {
    case "reset":
      return ask<LinkTold>("POST", `${address}/reset`, {});
    case "disable":
      await ask("PUT", `${address}/state`, { state: "disabled" });
      return null;
    case "enable":
      await ask("PUT", `${address}/state`, { state: "active" });
      return null;
    case "end":
      await ask("DELETE", `${address}/sessions`, {});
      return null;
  }
}

function useActWords(act: PlainAct, { displayName }: AccountTold) {
  const words = useWords(WORDS);
  return {
    reset: {
      title: words.resetTitle(displayName),
      ...{ told: words.resetTold, button: words.toReset },
    },
    disable: {
      title: words.disableTitle(displayName),
      ...{ told: words.disableTold, button: words.toDisable },
    },
    enable: {
      title: words.enableTitle(displayName),
      ...{ told: words.enableTold, button: words.toEnable },
    },
    end: {
      title: words.endTitle(displayName),
      ...{ told: words.endTold, button: words.toEnd },
    },
  }[act];
}
