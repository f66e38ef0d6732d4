// The page of a password room, for guests in a browser. It knows that room and nothing else.
import { Asking } from "./asking";
import { takePassword } from "./link";
import "./element";

const room = document.createElement("chatbox-room");
room.asking = new Asking(fetch.bind(window));
room.drawer = window.localStorage;
room.password = takePassword(window.location, window.history);
document.body.append(room);
