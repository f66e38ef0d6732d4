// What a person sees and does in a VS Code window.
import { expect, type FrameLocator, type Locator, type Page } from "@playwright/test";

const WORKBENCH_MS_MAX = 30_000;
/** A first webview, its service worker and a Python that compiles its modules, on a busy machine. */
const FIRST_ANSWER_MS_MAX = 30_000;
/** How long the palette may take to show what was typed, on a busy machine. */
const PALETTE_MS_MAX = 10_000;
/** How long the menu of a row may take to go once an entry of it was clicked. */
const MENU_CLOSES_MS_MAX = 1_000;

export class Workbench {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  /** The chat's page, inside of the two frames that VS Code wraps it in. */
  get chat(): FrameLocator {
    return this.#page
      .frameLocator('iframe.webview.ready[src*="extensionId=chatbox.chatbox"][src*="purpose=webviewView"]')
      .frameLocator("iframe#active-frame");
  }

  get composer(): Locator {
    return this.chat.getByRole("textbox", { name: /^Message #/ });
  }

  /** The messages of the channel that is shown. */
  get messages(): Locator {
    return this.chat.getByRole("article");
  }

  /** The cards of approvals, in the chat. */
  get cards(): Locator {
    return this.chat.getByRole("group", { name: /^Approval / });
  }

  get statusBar(): Locator {
    return this.#page.locator('[id="chatbox.chatbox.chatbox.status"]');
  }

  get approvals(): Locator {
    return this.#rows("Approvals");
  }

  get agents(): Locator {
    return this.#rows("Agents");
  }

  /** The number on ChatBox's icon in the activity bar. */
  get badge(): Locator {
    return this.#icon
      .locator("xpath=ancestor-or-self::*[contains(@class,'action-item')]")
      .locator(".badge-content");
  }

  get notifications(): Locator {
    return this.#page.locator(".notifications-toasts .notification-list-item");
  }

  /** The tab of an open file. */
  tab(name: string): Locator {
    return this.#page.locator(".tabs-container").getByRole("tab", { name });
  }

  /** Where the cursor stands in the file, as the status bar says it. */
  get selection(): Locator {
    return this.#page.locator('[id="status.editor.selection"]');
  }

  async open(url: string): Promise<void> {
    await this.#page.goto(url);
    await this.#ready();
  }

  async reload(): Promise<void> {
    const loaded = this.#page.waitForEvent("load");
    await this.command("Developer: Reload Window");
    await loaded;
    await this.#ready();
  }

  /** Shows ChatBox's own side bar. */
  async openChatBox(): Promise<void> {
    if (!(await this.section("Chat").isVisible())) await this.#icon.click();
    await expect(this.section("Chat")).toBeVisible();
  }

  /** One of the views, by its name. */
  section(name: string): Locator {
    const header = this.#page.getByRole("button", { name: `${name} Section` });
    return this.#page.locator(".pane").filter({ has: header });
  }

  /**
   * Runs a command by its title in the palette. The palette closes when something else takes the focus meanwhile, such
   * as the output of a server that was started: then it is opened again.
   */
  async command(title: string): Promise<void> {
    const input = this.#page.locator(".quick-input-widget:visible .quick-input-box input");
    const option = this.#page.locator(".quick-input-list").getByRole("option", { name: title }).first();
    await expect(async () => {
      // The palette's key reaches the workbench only from outside of a webview.
      await this.#page.locator(".titlebar-container").click({ position: { x: 5, y: 5 } });
      await this.#page.keyboard.press("F1");
      await input.fill(`>${title}`, { timeout: PALETTE_MS_MAX });
      await option.click({ timeout: PALETTE_MS_MAX });
    }).toPass();
  }

  /** Says that the workspace is trusted. */
  async trust(): Promise<void> {
    await this.command("Workspaces: Manage Workspace Trust");
    const editor = this.#page.locator(".workspace-trust-editor");
    await editor.getByRole("button", { name: "Trust", exact: true }).click();
  }

  /** Makes the side bar so wide, in pixels. */
  async dragSideBar(width: number): Promise<void> {
    const sideBar = await this.#page.locator(".part.sidebar").boundingBox();
    if (sideBar === null) throw new Error("There is no side bar.");
    const y = sideBar.y + sideBar.height / 2;
    await this.#page.mouse.move(sideBar.x + sideBar.width, y);
    await this.#page.mouse.down();
    await this.#page.mouse.move(sideBar.x + width, y, { steps: 5 });
    await this.#page.mouse.up();
  }

  /** The box that asks for something at the top of the window. */
  get prompt(): Locator {
    return this.#page.locator(".quick-input-widget:visible");
  }

  /** The line of text in that box. */
  get promptInput(): Locator {
    return this.prompt.locator(".quick-input-box input");
  }

  /** Chooses from the list that a command shows. */
  async pick(name: string): Promise<void> {
    await this.prompt.getByRole("option", { name }).click();
  }

  /** Answers the box that asks for a line of text. */
  async typeAnswer(text: string): Promise<void> {
    await this.promptInput.fill(text);
    await this.promptInput.press("Enter");
  }

  async say(text: string): Promise<void> {
    await expect(this.composer).toBeVisible({ timeout: FIRST_ANSWER_MS_MAX });
    await this.composer.fill(text);
    await this.composer.press("Enter");
  }

  /** An icon that a row shows while it is pointed at. */
  async rowAction(row: Locator, title: string): Promise<void> {
    await row.hover();
    await row.getByRole("button", { name: title }).click();
  }

  /**
   * An entry of the menu that a row has. VS Code takes no mouse button that comes up within the menu's first
   * 100 ms, and the menu stays: then it is clicked again, as a person would.
   */
  async rowMenu(row: Locator, title: string): Promise<void> {
    await row.click({ button: "right" });
    const entry = this.#page.getByRole("menuitem", { name: title });
    await entry.click();
    await expect(async () => {
      if (await entry.isVisible()) await entry.click();
      await expect(entry).toBeHidden({ timeout: MENU_CLOSES_MS_MAX });
    }).toPass();
  }

  screenshot(path: string): Promise<Buffer> {
    return this.#page.screenshot({ path });
  }

  get #icon(): Locator {
    return this.#page.locator(".activitybar").getByRole("tab", { name: /^ChatBox/ });
  }

  #rows(section: string): Locator {
    return this.section(section).getByRole("treeitem");
  }

  async #ready(): Promise<void> {
    await expect(this.#page.locator(".monaco-workbench")).toBeVisible({ timeout: WORKBENCH_MS_MAX });
    await expect(this.statusBar).toBeVisible({ timeout: FIRST_ANSWER_MS_MAX });
  }
}
