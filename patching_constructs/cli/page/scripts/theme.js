// --- The theme ---------------------------------------------------------------------------------------

const systemIsDark = matchMedia("(prefers-color-scheme: dark)");
const root = document.documentElement;
const isDark = () => (root.style.colorScheme ? root.style.colorScheme === "dark" : systemIsDark.matches);
const showTheme = () => byId("theme-toggle").setAttribute("aria-pressed", String(isDark()));

function toggleTheme() {
  root.style.colorScheme = isDark() ? "light" : "dark";
  showTheme();
}
