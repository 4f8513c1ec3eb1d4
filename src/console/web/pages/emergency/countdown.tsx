import { useEffect, useState } from "react";

const SECOND_MS = 1_000;

/** Hours, minutes and seconds until then, by this machine's clock. Not read out each second. */
export function Countdown({ until }: { readonly until: number }) {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), SECOND_MS);
    return () => clearInterval(timer);
  }, []);
  const seconds = Math.max(0, Math.round((until - now) / SECOND_MS));
  const two = (part: number) => String(part).padStart(2, "0");
  return (
    <span role="timer" className="countdown">
      {Math.floor(seconds / 3600)}:{two(Math.floor(seconds / 60) % 60)}:
      {two(seconds % 60)}
    </span>
  );
}
