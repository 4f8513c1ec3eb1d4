import { useEffect, useRef, useState } from "react";
import { ask, onConfirmNeeded } from "../api/ask.ts";
import { useAct } from "../api/use-ask.ts";
import { bilingual, useWords } from "../language/language.tsx";
import { ProblemBanner } from "../parts/banner.tsx";
import { Dialog } from "../parts/dialog.tsx";
import { DialogForm } from "../parts/dialog-form.tsx";
import { Field } from "../parts/field.tsx";

const WORDS = bilingual({
  ja: {
    title: "確認コードの再入力",
    told: "大切な操作の前に、本人であることをもう一度確かめます。このあと 10 分間は尋ねません。",
    code: "確認コード",
    hint: "認証アプリに表示されている 6 桁の数字",
    go: "確認して続ける",
  },
  en: {
    title: "Type the code once more",
    told: "Before an act of weight we make sure that it is you. You are not asked again for 10 minutes.",
    code: "Code",
    hint: "The six digits that your authenticator app shows",
    go: "Confirm and go on",
  },
});

type Tell = (isConfirmed: boolean) => void;

/** Asks for the code whenever the API wants it again; the act that needed it goes on by itself afterwards. */
export function Confirmation() {
  const [tell, setTell] = useState<{ readonly tell: Tell } | null>(null);
  const waiting = useRef<Promise<boolean> | null>(null);
  const open = useRef<Tell | null>(null);
  useEffect(() => {
    onConfirmNeeded(() => {
      waiting.current ??= new Promise<boolean>((resolve) => {
        open.current = (isConfirmed) => {
          waiting.current = null;
          open.current = null;
          setTell(null);
          resolve(isConfirmed);
        };
        setTell({ tell: open.current });
      });
      return waiting.current;
    });
    return () => {
      onConfirmNeeded(null);
      // The session ended meanwhile: nobody is left who could be asked.
      open.current?.(false);
    };
  }, []);
  return tell === null ? null : <ConfirmDialog tell={tell.tell} />;
}

function ConfirmDialog({ tell }: { readonly tell: Tell }) {
  const words = useWords(WORDS);
  const [code, setCode] = useState("");
  const { isRunning, problem, run } = useAct();
  const confirm = async () => {
    const isDone = await run(async () => {
      await ask("POST", "/api/v1/session/confirm", { code });
      tell(true);
    });
    if (!isDone) setCode("");
  };
  return (
    <Dialog
      title={words.title}
      busy={isRunning}
      startsInField
      onClose={() => tell(false)}
    >
      <DialogForm
        act={words.go}
        busy={isRunning}
        onSubmit={confirm}
        onClose={() => tell(false)}
      >
        <p>{words.told}</p>
        <ProblemBanner problem={problem} />
        <Field
          label={words.code}
          hint={words.hint}
          autoComplete="one-time-code"
          inputMode="numeric"
          maxLength={40}
          required
          value={code}
          onChange={({ target }) => setCode(target.value)}
        />
      </DialogForm>
    </Dialog>
  );
}
