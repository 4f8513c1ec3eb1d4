import { useEffect, useState } from "react";
import { ask, Problem } from "../../api/ask.ts";
import { Crossings } from "../../crossing/crossing.tsx";
import { ProblemBanner } from "../../parts/banner.tsx";
import { Reading } from "../../parts/page.tsx";
import { WallZone } from "../../session/session.tsx";
import { SignInPage } from "../sign-in/sign-in.tsx";
import { WallPage } from "./wall.tsx";

interface WallTold {
  readonly zoneName: string;
}

type Standing = "asking" | "unknown" | WallTold | Problem;

/**
 * The wall where nobody is signed in: a browser that was opened with a link stays a wall until the link is over. Who has none
 * signs in as ever.
 */
export function WallDoor() {
  const [standing, setStanding] = useState<Standing>("asking");
  useEffect(() => {
    const enter = () =>
      void open().then(setStanding, (error: unknown) =>
        setStanding(error instanceof Problem ? error : "unknown"),
      );
    enter();
    // Another link, opened where one was open: the browser does not load the page anew for that.
    addEventListener("hashchange", enter);
    return () => removeEventListener("hashchange", enter);
  }, []);
  if (standing === "asking") return <Reading />;
  if (standing === "unknown") return <SignInPage />;
  if (standing instanceof Problem) return <ProblemBanner problem={standing} />;
  return (
    <WallZone value={standing.zoneName}>
      <Crossings onWall>
        <WallPage />
      </Crossings>
    </WallZone>
  );
}

async function open(): Promise<Standing> {
  const token = location.hash.slice(1);
  if (token !== "") {
    await ask("POST", "/api/v1/wall-links/open", { token });
    // Nobody reads it off the screen.
    history.replaceState(null, "", location.pathname);
  }
  try {
    return await ask<WallTold>("GET", "/api/v1/wall");
  } catch (error) {
    if (error instanceof Problem && error.code === "SIGN_IN") return "unknown";
    throw error;
  }
}
