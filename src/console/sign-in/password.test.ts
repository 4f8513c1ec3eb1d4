import { describe, expect, it } from "@jest/globals";
import {
  ARGON2_COST,
  complaintOnPassword,
  hashPassword,
  isPassword,
} from "./password.ts";

const CHEAP = { memoryKib: 64, passes: 1, parallelism: 1 };

describe("password", () => {
  it("is right against its own hash, wrong against another, and hashed differently each time", async () => {
    const one = await hashPassword("三月の雨がやんだあとで", CHEAP);
    const two = await hashPassword("三月の雨がやんだあとで", CHEAP);
    expect(one).not.toBe(two);
    expect(one).toMatch(/^\$argon2id\$v=19\$m=64,t=1,p=1\$/);
    expect([
      await isPassword("三月の雨がやんだあとで", one),
      await isPassword("三月の雨がやんだあと", one),
      await isPassword("", one),
    ]).toEqual([true, false, false]);
  });

  it("is the same in full and half width", async () => {
    const hash = await hashPassword("Kaze-no-ｏｔｏ 12", CHEAP);
    expect(await isPassword("Kaze-no-oto 12", hash)).toBe(true);
  });

  it.each(["", "x", "$argon2id$v=19$m=64,t=1,p=1$AA", "$2b$10$abc"])(
    "is never right against %j",
    async (hash) => {
      expect(await isPassword("password", hash)).toBe(false);
    },
  );

  it("costs 64 MiB and 3 passes by itself (RFC 9106 §4)", async () => {
    expect(ARGON2_COST).toEqual({
      memoryKib: 65536,
      passes: 3,
      parallelism: 4,
    });
    expect(await hashPassword("x")).toMatch(
      /^\$argon2id\$v=19\$m=65536,t=3,p=4\$/,
    );
  });
});

describe("a new password", () => {
  it.each([
    "short-11-ab",
    "passwordpassword",
    "P@ssw0rd2026!!",
    "Password1234",
    "qwertyuiop123",
    "123456789012",
    "aaaaaaaaaaaaaaaa",
    "abcabcabcabcabc",
    "yamada-taro-2026",
    "Sekisho2026!!",
    "1qaz2wsx3edc4rfv",
    "x".repeat(129),
  ])("is refused: %j", (password) => {
    expect(complaintOnPassword(password, ["yamada", "Yamada Taro"])).toMatch(
      /パスワード/,
    );
  });

  it.each([
    "correct horse battery staple",
    "ume-ga-saku-koro-ni",
    "k9#vT2!xQz7Lm",
    "三月の雨がやんだあとで歩く",
    "x9".repeat(4) + "-tegami-wo-kaku",
  ])("will do: %j", (password) => {
    expect(complaintOnPassword(password, ["yamada", "山田 太郎"])).toBeNull();
  });
});
