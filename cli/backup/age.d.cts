export function loadAge(): Promise<
  typeof import("age-encryption", { with: { "resolution-mode": "import" } })
>;
