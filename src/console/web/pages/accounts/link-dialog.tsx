import type { LinkTold } from "../../api/told.ts";
import { useWords } from "../../language/language.tsx";
import { Button } from "../../parts/button.tsx";
import { CopyButton } from "../../parts/copy.tsx";
import { Dialog, DialogButtons } from "../../parts/dialog.tsx";
import { Time } from "../../parts/measures.tsx";
import { Facts } from "../../parts/table.tsx";
import { WORDS } from "./words.ts";

/** The link exists nowhere else: who closes this without it makes another. */
export function LinkDialog({
  made: { account, link, expiresAt },
  onClose,
}: {
  readonly made: LinkTold;
  readonly onClose: () => void;
}) {
  const words = useWords(WORDS);
  return (
    <Dialog title={words.linkTitle(account.displayName)} onClose={onClose}>
      <p>{words.linkTold}</p>
      <code className="secret secret-plain" data-testid="link">
        {link}
      </code>
      <div className="row">
        <CopyButton text={link} />
      </div>
      <Facts facts={[[words.expires, <Time key="expires" at={expiresAt} />]]} />
      <DialogButtons>
        <Button onClick={onClose}>{words.linkDone}</Button>
      </DialogButtons>
    </Dialog>
  );
}
