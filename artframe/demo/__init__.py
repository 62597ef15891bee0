"""What does artframe show before anybody has connected a photo library? The demo pictures, painted here."""
